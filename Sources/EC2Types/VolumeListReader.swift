import XML

/// Picks the volumes out of an answer of DescribeVolumes as it arrives: of a thousand bytes about each, two fields.
package final class VolumeListReader: XMLByteHandler {
    private enum Name: UInt8, CaseIterable {
        case other, volumeSet, volumeId, status, nextToken
    }

    private static let numbers = Dictionary(uniqueKeysWithValues: Name.allCases.map { ("\($0)", $0.rawValue) })
    private static let deepestNesting = 64
    /// Ids and states are short; a token has some hundred bytes.
    private static let longestText = 1 << 16

    /// What an answer says.
    package struct Page {
        /// The ids of volumes that are not being deleted.
        package var existing: [String] = []
        /// What to ask for the next page with; `nil` for the last one.
        package var nextToken: String?
    }

    // One value, so that each event of the parser is one access to it.
    private struct State {
        var page = Page()
        var depth = 0
        var isInSet = false
        var keepsText = false
        var text: [UInt8] = []
        var id: String?
        var status: String?
    }

    private var state = State()

    /// What was read.
    package var page: Page { state.page }

    /// Starts before the first byte of an answer.
    package init() {}

    func number(of name: String) -> UInt8 { Self.numbers[name] ?? Name.other.rawValue }

    func start(_ number: UInt8) throws {
        try Self.start(Name(rawValue: number) ?? .other, &state)
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        guard state.keepsText else { return }
        guard state.text.count + bytes.count <= Self.longestText else {
            throw XMLError(description: "there is too much text")
        }
        state.text.append(contentsOf: bytes)
    }

    func end(_ number: UInt8) {
        Self.end(Name(rawValue: number) ?? .other, &state)
    }

    private static func start(_ name: Name, _ state: inout State) throws(XMLError) {
        guard state.depth < deepestNesting else { throw XMLError(description: "elements are nested too deep") }
        state.depth += 1
        switch state.depth {
        case 2:
            state.isInSet = name == .volumeSet
            state.keepsText = name == .nextToken
        case 3 where state.isInSet:
            (state.id, state.status) = (nil, nil)
        // Deeper, among the attachments, there are elements of the same names.
        case 4 where state.isInSet:
            state.keepsText = name == .volumeId || name == .status
        default:
            state.keepsText = false
        }
    }

    private static func end(_ name: Name, _ state: inout State) {
        switch (state.depth, name) {
        case (2, .nextToken): state.page.nextToken = ConversionTaskState.trimmed(state.text)
        case (4, .volumeId) where state.keepsText: state.id = ConversionTaskState.trimmed(state.text)
        case (4, .status) where state.keepsText: state.status = ConversionTaskState.trimmed(state.text)
        case (3, _) where state.isInSet:
            if let id = state.id, state.status != "deleting", state.status != "deleted" {
                state.page.existing.append(id)
            }
        default: break
        }
        if state.keepsText { state.text.removeAll(keepingCapacity: true) }
        state.keepsText = false
        state.depth -= 1
    }
}
