import HTTPClient

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

    /// The first line that is not empty, printable characters only.
    static func firstLine(_ body: [UInt8]) -> String {
        let line = body.prefix(4096).split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            .first { line in line.contains { $0 > 0x20 } }
        let text = String(decoding: (line ?? [])[...].prefix(longestLine), as: UTF8.self)
        return String(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })
    }
}
