import XML

/// The body of DeleteObjects.
struct DeletionRequest: Sendable {
    /// The most keys of a request ("DeleteObjects").
    private static let mostKeys = 1000

    /// The keys, white space at their ends kept: it is part of a key.
    let keys: [String]
    /// Whether the answer leaves out what went well.
    let isQuiet: Bool

    /// Reads the document.
    init(_ body: [UInt8]) throws(S3Error) {
        let reader = Reader()
        do {
            try XMLParser.parse(body, reader)
        } catch {
            throw .malformedXML
        }
        guard (1...Self.mostKeys).contains(reader.keys.count) else { throw .malformedXML }
        keys = reader.keys
        isQuiet = reader.isQuiet
    }

    private final class Reader: XMLHandler {
        var keys: [String] = []
        var isQuiet = false
        private var path: [String] = []
        private var content = ""

        func start(_ element: String, attributes: [String: String]) {
            path.append(element)
            content = ""
        }

        func text(_ text: String) {
            content += text
        }

        func end(_ element: String) {
            switch path {
            case ["Delete", "Object", "Key"]: keys.append(content)
            case ["Delete", "Quiet"]: isQuiet = content == "true"
            default: break
            }
            path.removeLast()
            content = ""
        }
    }
}
