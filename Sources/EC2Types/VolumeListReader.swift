import XML

/// Reads the volumes of a DescribeVolumes response as it arrives: of some thousand bytes for each, only what is needed.
package final class VolumeListReader: XMLByteHandler {
    /// The fields that are kept.
    package enum Fields: Sendable {
        /// The ids alone.
        case ids
        /// Every field of ``EC2Volume``.
        case details
    }

    private enum Name: UInt8, CaseIterable {
        case other, volumeSet, item, tagSet, volumeId, status, createTime, availabilityZone, size, key, value, nextToken
    }

    private static let numbers = Dictionary(uniqueKeysWithValues: Name.allCases.map { ("\($0)", $0.rawValue) })
    private static let deepestNesting = 64
    /// Ids, states, and tags are short; a token has some hundred bytes.
    private static let longestText = 1 << 16
    /// A volume has 50 tags at most (EC2 User Guide, "Tag restrictions").
    private static let mostTags = 200
    /// Room for ferry's own tags, `Name`, and some of the user's, so that few dictionaries grow.
    private static let usualTags = 8

    /// The content of a response.
    package struct Page: Sendable {
        /// The volumes that are not being deleted.
        package var volumes: [EC2Volume] = []
        /// The token of the next page; `nil` for the last one.
        package var nextToken: String?
    }

    // One value, so that each event of the parser is one access to it.
    private struct State {
        let fields: Fields
        var page = Page()
        var depth = 0
        var isInSet = false
        var isInTags = false
        var keepsText = false
        var text: [UInt8] = []
        var volume = EC2Volume(id: "")
        var status: String?
        var key: String?
        var value: String?
    }

    // As in ConversionTaskReader: millions of events, and no access overlaps another.
    @exclusivity(unchecked)
    private var state: State

    /// What was read.
    package var page: Page { state.page }

    /// Starts before the first byte of a response.
    package init(_ fields: Fields) {
        state = State(fields: fields)
    }

    package func number(of name: String) -> UInt8 { Self.numbers[name] ?? Name.other.rawValue }

    package func start(_ number: UInt8) throws {
        try Self.start(Name(rawValue: number) ?? .other, &state)
    }

    package func text(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        guard state.keepsText else { return }
        guard state.text.count + bytes.count <= Self.longestText else {
            throw XMLError(description: "there is too much text")
        }
        state.text.append(contentsOf: bytes)
    }

    package func end(_ number: UInt8) throws {
        try Self.end(Name(rawValue: number) ?? .other, &state)
    }

    private static func start(_ name: Name, _ state: inout State) throws(XMLError) {
        guard state.depth < deepestNesting else { throw XMLError(description: "elements are nested too deep") }
        state.depth += 1
        switch state.depth {
        case 2:
            state.isInSet = name == .volumeSet
            state.keepsText = name == .nextToken
        case 3 where state.isInSet:
            state.volume = EC2Volume(id: "")
            state.status = nil
        // Deeper, among the attachments, there are elements of the same names.
        case 4 where state.isInSet:
            let isDetail = name == .createTime || name == .availabilityZone || name == .size
            state.keepsText = name == .volumeId || name == .status || isDetail && state.fields == .details
            state.isInTags = name == .tagSet && state.fields == .details
            if state.isInTags { state.volume.tags.reserveCapacity(usualTags) }
        case 5 where state.isInTags:
            (state.key, state.value) = (nil, nil)
        case 6 where state.isInTags:
            state.keepsText = name == .key || name == .value
        default:
            state.keepsText = false
        }
    }

    private static func end(_ name: Name, _ state: inout State) throws(XMLError) {
        if state.keepsText {
            take(name, &state)
            state.text.removeAll(keepingCapacity: true)
            state.keepsText = false
        } else if state.depth == 3, state.isInSet {
            if !state.volume.id.isEmpty, state.status != "deleting", state.status != "deleted" {
                state.page.volumes.append(state.volume)
            }
        } else if state.depth == 5, state.isInTags {
            if let key = state.key { state.volume.tags[key] = state.value ?? "" }
            guard state.volume.tags.count <= mostTags else { throw XMLError(description: "a volume has too many tags") }
        }
        state.depth -= 1
    }

    private static func take(_ name: Name, _ state: inout State) {
        let text = ConversionTaskState.trimmed(state.text)
        switch (state.depth, name) {
        case (2, .nextToken): state.page.nextToken = text
        case (4, .volumeId): state.volume.id = text ?? ""
        case (4, .status): state.status = text
        case (4, .createTime): state.volume.created = text
        case (4, .availabilityZone): state.volume.zone = text
        case (4, .size): state.volume.size = text.flatMap { Int($0) }
        // White space at the ends of a tag is part of it.
        case (6, .key): state.key = String(decoding: state.text, as: UTF8.self)
        case (6, .value): state.value = String(decoding: state.text, as: UTF8.self)
        default: break
        }
    }
}
