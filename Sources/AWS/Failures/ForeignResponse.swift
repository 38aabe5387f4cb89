import HTTPClient
import TerminalText

/// Responses that are not the service's: a proxy or a captive portal answered in its place.
enum ForeignResponse {
    /// The most bytes of the first line that a description quotes.
    private static let longestLine = 120

    /// Whether a response is an HTML page. No operation of AWS returns one.
    static func isHTML(_ head: HTTPResponseHead) -> Bool {
        guard let type = head.header("content-type")?.lowercased() else { return false }
        return type.hasPrefix("text/html") || type.hasPrefix("application/xhtml")
    }

    /// What came instead of the expected document, with its first line.
    static func description(_ body: [UInt8]) -> String {
        let line = firstLine(body)
        return "it is an HTML page, not the service's document" + (line.isEmpty ? "" : ": \(line)")
    }

    /// What is wrong with a body in a coding that ferry did not ask for; `nil` if it has none.
    static func coding(of head: HTTPResponseHead) -> String? {
        guard let coding = head.contentCoding else { return nil }
        let server = (head.header("via") ?? head.header("server")).map { " from \(shown($0, 80))" } ?? ""
        return """
            the response\(server) has Content-Encoding \(shown(coding, 40)), which ferry did not request. A proxy or the \
            server compressed it, or the object is stored with that header; ferry and EC2 need the stored bytes
            """
    }

    private static func shown(_ text: String, _ length: Int) -> String {
        TextWidth.sanitizedForTerminal(String(text.prefix(length)))
    }

    /// The first line that is not empty, printable characters only.
    static func firstLine(_ body: [UInt8]) -> String {
        let line = body.prefix(4096).split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            .first { line in line.contains { $0 > 0x20 } }
        let text = String(decoding: (line ?? [])[...].prefix(longestLine), as: UTF8.self)
        return TextWidth.sanitizedForTerminal(text)
    }
}
