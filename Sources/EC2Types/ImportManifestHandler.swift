import WireEncoding
import XML

/// Checks the elements of an import manifest, and collects the fields of its header and of one part at a time.
final class ImportManifestHandler: XMLByteHandler {
    // One value, so that each event is one access to it: a large image has a million events, and Swift checks every
    // access to a property of a class.
    private var state: State

    init(_ takePart: @escaping (ImportManifest.Part) -> Void) {
        state = State(takePart: takePart)
    }

    func number(of name: String) -> UInt8 { state.number(of: name) }

    func start(_ name: UInt8) throws { try state.start(name) }

    func attribute(_ name: UInt8, _ value: UnsafeBufferPointer<UInt8>) { state.attribute(name, value) }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws { try state.text(bytes) }

    func end(_ name: UInt8) throws { try state.end(name) }

    /// The header of a document that was read to its end.
    func header() throws(ImportManifestError) -> ImportManifestReader.Header { try state.header() }
}

extension ImportManifestHandler {
    /// The names that the handler acts on.
    private enum Name: String, CaseIterable {
        case manifest, parts, part, key, count, index, start, end
        case `import` = "import"
        case byteRange = "byte-range"
        case headURL = "head-url"
        case getURL = "get-url"
        case deleteURL = "delete-url"
    }

    /// The fields of a part, as text.
    private struct PartFields {
        var index = ""
        var start = ""
        var end = ""
        var key = ""
        var headURL = ""
        var getURL = ""
        var deleteURL = ""
    }

    private struct State {
        /// The longest text of an element, in bytes: a presigned URL with a session token is far shorter.
        private static let longestText = 16 << 10

        let takePart: (ImportManifest.Part) -> Void
        /// The names by their numbers; those of ``Name`` come first.
        private var names = Name.allCases.map(\.rawValue)
        private var path: [UInt8] = []
        private var content: [UInt8] = []
        private var fields: [String: String] = [:]
        private var count = ""
        private var part = PartFields()
        /// The number of parts so far.
        private var parts = 0
        /// The end of the last part, in bytes of the image.
        private var end: Int64 = 0

        init(takePart: @escaping (ImportManifest.Part) -> Void) {
            self.takePart = takePart
        }

        mutating func number(of name: String) -> UInt8 {
            if let known = names.firstIndex(of: name) { return UInt8(known) }
            // Names beyond the first 256 share the last number: no valid document has as many.
            guard names.count <= UInt8.max else { return .max }
            names.append(name)
            return UInt8(names.count - 1)
        }

        mutating func start(_ number: UInt8) throws(ImportManifestError) {
            path.append(number)
            content.removeAll(keepingCapacity: true)
            if path.count == 1, name(number) != .manifest { throw .unexpectedRoot(names[Int(number)]) }
            if path.count == 4, isInParts, name(number) == .part { part = PartFields() }
        }

        mutating func attribute(_ number: UInt8, _ value: UnsafeBufferPointer<UInt8>) {
            guard let element = path.last.flatMap(name), let attribute = name(number) else { return }
            switch (path.count, element, attribute) {
            case (3, .parts, .count) where name(path[1]) == .import: count = String(decoding: value, as: UTF8.self)
            case (4, .part, .index) where isInParts: part.index = String(decoding: value, as: UTF8.self)
            case (5, .byteRange, .start) where isInParts: part.start = String(decoding: value, as: UTF8.self)
            case (5, .byteRange, .end) where isInParts: part.end = String(decoding: value, as: UTF8.self)
            default: break
            }
        }

        mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImportManifestError) {
            guard content.count + bytes.count <= Self.longestText else {
                throw .textTooLong(element: path.last.map { names[Int($0)] } ?? "")
            }
            content.append(contentsOf: bytes)
        }

        mutating func end(_ number: UInt8) throws(ImportManifestError) {
            switch path.count {
            case 2, 3:
                let path = path.dropFirst().map { names[Int($0)] }.joined(separator: "/")
                fields[path] = trimmedContent
            case 4 where isInParts && name(number) == .part: try endPart()
            case 5 where isInParts: endField(name(number))
            default: break
            }
            path.removeLast()
            content.removeAll(keepingCapacity: true)
        }

        func header() throws(ImportManifestError) -> ImportManifestReader.Header {
            let version = try text(at: "version")
            guard version == ImportManifest.version else { throw .unknownVersion(version) }
            let format = try text(at: "file-format")
            guard ImportManifest.formats.contains(format) else { throw .unknownFormat(format) }
            var importer = ImportManifest.Importer()
            importer.name = try text(at: "importer/name")
            importer.version = try text(at: "importer/version")
            importer.release = try text(at: "importer/release")
            let volumeSize = try number(at: "import/volume-size")
            let size = try number(at: "import/size")
            guard size <= ImportManifest.longestImage else { throw .imageTooLarge(bytes: size) }
            let url = try Self.url(try text(at: "self-destruct-url"), named: "<self-destruct-url>")
            try checkParts(size: size)
            return ImportManifestReader.Header(
                format: format,
                importer: importer,
                selfDestructURL: url,
                size: size,
                volumeSize: volumeSize
            )
        }

        private func name(_ number: UInt8) -> Name? {
            Int(number) < Name.allCases.count ? Name.allCases[Int(number)] : nil
        }

        private var isInParts: Bool { path.count > 3 && name(path[1]) == .import && name(path[2]) == .parts }

        /// The text of the element that ends. Clients put line breaks around it.
        private var trimmedContent: String { ConversionTaskState.trimmed(content) ?? "" }

        private mutating func endField(_ name: Name?) {
            switch name {
            case .key: part.key = trimmedContent
            case .headURL: part.headURL = trimmedContent
            case .getURL: part.getURL = trimmedContent
            case .deleteURL: part.deleteURL = trimmedContent
            default: break
            }
        }

        /// Every index from 0 must occur once, in order, and each range must begin where the previous one ends.
        private mutating func endPart() throws(ImportManifestError) {
            let index = parts
            guard try Self.number(part.index, named: "index of a part") == index else { throw .partOutOfOrder(index) }
            let first = try Self.number(part.start, named: "start of part \(index)")
            let last = try Self.number(part.end, named: "end of part \(index)")
            guard first == end, last >= first else {
                throw .partRange(index, first: first, last: last, expected: end)
            }
            guard !part.key.isEmpty else { throw .missingKey(part: index) }
            takePart(
                ImportManifest.Part(
                    start: first,
                    end: last,
                    key: part.key,
                    headURL: try Self.url(part.headURL, named: "<head-url> of part \(index)"),
                    getURL: try Self.url(part.getURL, named: "<get-url> of part \(index)"),
                    deleteURL: try Self.url(part.deleteURL, named: "<delete-url> of part \(index)")
                )
            )
            parts += 1
            end = last + 1
        }

        /// Checks that the parts are as many as announced and cover an image of `size` bytes.
        private func checkParts(size: Int64) throws(ImportManifestError) {
            let announced = try Self.number(count, named: "count of parts")
            guard announced == parts, announced > 0 else { throw .partCount(parts, announced: announced) }
            guard end == size else { throw .partLengths(bytes: end, image: size) }
        }

        /// The text of an element below the root, such as `import/size`.
        private func text(at path: String) throws(ImportManifestError) -> String {
            guard let text = fields[path], !text.isEmpty else { throw .missingElement(path) }
            return text
        }

        private func number(at path: String) throws(ImportManifestError) -> Int64 {
            try Self.number(try text(at: path), named: "<\(path)>")
        }

        private static func number(
            _ text: String,
            named name: @autoclosure () -> String
        ) throws(ImportManifestError) -> Int64 {
            // `last + 1` must not overflow: no file is as long as the largest number.
            guard let number = Int64(text), (0..<Int64.max).contains(number) else {
                throw .invalidNumber(name(), text: text)
            }
            return number
        }

        private static func url(
            _ text: String,
            named name: @autoclosure () -> String
        ) throws(ImportManifestError) -> String {
            guard URLAuthority(text) != nil else { throw .invalidURL(name()) }
            return text
        }
    }
}
