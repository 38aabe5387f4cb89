import DiskImages
import XML

/// Reads an import manifest element by element: one of a large image has a hundred thousand parts.
final class ImportManifestReader: XMLHandler {
    /// The longest text that means anything, in bytes: a presigned URL with a session token stays far below.
    private static let longestText = 16 << 10

    /// The parts in their order.
    private(set) var parts: [ImportManifestDocument.Part] = []
    private var fields: [String: String] = [:]
    private var count: String?
    private var part: [String: String] = [:]
    private var path: [String] = []
    private var content = ""

    func start(_ element: String, attributes: [String: String]) throws {
        path.append(element)
        content = ""
        switch path.count {
        case 1 where element != "manifest":
            throw ConversionFailure.importManifestInvalid("the document's element is <\(element)>")
        case 3 where path[1] == "import" && element == "parts":
            count = attributes["count"]
        case 4 where isInParts && element == "part":
            part = ["index": attributes["index"] ?? ""]
        case 5 where isInParts && element == "byte-range":
            part["start"] = attributes["start"]
            part["end"] = attributes["end"]
        default: break
        }
    }

    func text(_ text: String) throws {
        guard content.utf8.count + text.utf8.count <= Self.longestText else {
            throw ConversionFailure.importManifestInvalid("the text of <\(path.last ?? "")> is too long")
        }
        content += text
    }

    func end(_ element: String) throws {
        switch path.count {
        case 2, 3: fields[path.dropFirst().joined(separator: "/")] = content.trimmed
        case 4 where isInParts && element == "part": try endPart()
        case 5 where isInParts && element != "byte-range": part[element] = content.trimmed
        default: break
        }
        path.removeLast()
        content = ""
    }

    /// The text of an element below the document's own, as in `import/size`.
    func text(at path: String) throws(ConversionFailure) -> String {
        guard let text = fields[path], !text.isEmpty else { throw .importManifestInvalid("<\(path)> is missing") }
        return text
    }

    /// A whole number that such an element holds.
    func number(at path: String) throws(ConversionFailure) -> Int64 {
        try Self.number(try text(at: path), named: "<\(path)>")
    }

    /// A URL that such an element holds.
    func url(at path: String) throws(ConversionFailure) -> String {
        try Self.url(try text(at: path), named: "<\(path)>")
    }

    /// Checks that the parts are as many as announced and cover an image of `size` bytes.
    func checkParts(size: Int64) throws(ConversionFailure) {
        let announced = try Self.number(count ?? "", named: "count of parts")
        guard announced == parts.count, announced > 0 else {
            throw .importManifestInvalid("\(parts.count) parts, where the count says \(announced)")
        }
        guard end == size else { throw .importManifestInvalid("the parts have \(end) bytes, the image \(size)") }
    }

    private var isInParts: Bool { path.count > 3 && path[1] == "import" && path[2] == "parts" }

    /// Where the last part ends, in bytes of the image.
    private var end: Int64 { parts.last.map { $0.offset + $0.length } ?? 0 }

    /// Every index from 0 must be there once, in order, and each range begin where the one before ended.
    private func endPart() throws(ConversionFailure) {
        let place = parts.count
        guard try Self.number(part["index"] ?? "", named: "index of a part") == place else {
            throw .importManifestInvalid("part \(place) is missing or out of order")
        }
        let first = try Self.number(part["start"] ?? "", named: "start of part \(place)")
        let last = try Self.number(part["end"] ?? "", named: "end of part \(place)")
        guard first == end, last >= first else {
            throw .importManifestInvalid(
                "part \(place) covers bytes \(first) to \(last), where it must begin at \(end)"
            )
        }
        guard let key = part["key"], !key.isEmpty else { throw .importManifestInvalid("part \(place) has no <key>") }
        _ = try Self.url(part["head-url"] ?? "", named: "<head-url> of part \(place)")
        parts.append(
            ImportManifestDocument.Part(
                offset: first,
                length: last - first + 1,
                key: key,
                getURL: try Self.url(part["get-url"] ?? "", named: "<get-url> of part \(place)"),
                deleteURL: try Self.url(part["delete-url"] ?? "", named: "<delete-url> of part \(place)")
            )
        )
    }

    private static func number(_ text: String, named name: String) throws(ConversionFailure) -> Int64 {
        // `last + 1` must not overflow: no file is as long as the largest number.
        guard let number = Int64(text), (0..<Int64.max).contains(number) else {
            throw .importManifestInvalid("the \(name) is \"\(text.prefix(40))\", which is no number")
        }
        return number
    }

    private static func url(_ text: String, named name: String) throws(ConversionFailure) -> String {
        guard URLAuthority(text) != nil else {
            throw .importManifestInvalid("\(name) is missing or no http or https URL")
        }
        return text
    }
}

extension String {
    /// Without white space around it: clients break lines inside elements.
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
