package import Hashing
import WireEncoding

/// A request in the one form that both sides of Signature Version 4 hash (“Create a canonical request”).
package struct CanonicalRequest: Sendable {
    /// How a service treats the path.
    package enum PathRule: Sendable {
        /// S3: the path as it is sent; keys may hold `//` and `..`.
        case asIs
        /// All others: `.` and `..` resolved if wanted, and each segment encoded once more.
        case encodedAgain(normalised: Bool)
    }

    /// The names of the signed header fields, lower-case, sorted, joined by `;`.
    package let signedHeaders: String
    /// The canonical form, in UTF-8.
    private let bytes: [UInt8]

    /// Brings a request into its canonical form.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path as it is sent.
    ///   - query: The query as it is sent, without the question mark.
    ///   - headers: The header fields that are signed; fields of one name in the order they are sent.
    ///   - payloadHash: The hash of the body in hexadecimal, or a word in its place.
    ///   - pathRule: How the service treats the path.
    package init(
        method: String,
        path: String,
        query: String,
        headers: [(name: String, value: String)],
        payloadHash: String,
        pathRule: PathRule
    ) {
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(headers.count)
        for (name, value) in headers {
            let name = name.lowercased()
            // Few fields, and in most requests each name once: looking through them is quicker than hashing.
            if let index = fields.firstIndex(where: { $0.name == name }) {
                fields[index].value += "," + Self.trimmed(value)
            } else {
                fields.append((name, Self.trimmed(value)))
            }
        }
        fields.sort { $0.name < $1.name }
        let signedHeaders = fields.map(\.name).joined(separator: ";")
        self.signedHeaders = signedHeaders
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        func append(_ text: String, _ end: StaticString) {
            bytes += text.utf8
            end.withUTF8Buffer { bytes += $0 }
        }
        append(method, "\n")
        append(Self.path(path, pathRule), "\n")
        append(Self.query(query), "\n")
        for (name, value) in fields {
            append(name, ":")
            append(value, "\n")
        }
        append("", "\n")
        append(signedHeaders, "\n")
        append(payloadHash, "")
        self.bytes = bytes
    }

    /// The names of header fields as they are signed.
    static func signedHeaders(of headers: [(name: String, value: String)]) -> String {
        Set(headers.map { $0.name.lowercased() }).sorted().joined(separator: ";")
    }

    /// The canonical form.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
    /// The digest of the canonical form.
    package var digest: SHA256Digest { SHA256.digest(of: bytes) }

    private static func path(_ path: String, _ rule: PathRule) -> String {
        // The path of every call of the Query protocol.
        if path == "/" { return path }
        switch rule {
        case .asIs:
            return path.isEmpty ? "/" : path
        case .encodedAgain(let normalised):
            let path = normalised ? self.normalised(path) : path
            return path.isEmpty ? "/" : PercentEncoding.encode(path, keepingSlash: true)
        }
    }

    private static func normalised(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." {
                _ = segments.popLast()
            } else {
                segments.append(segment)
            }
        }
        let endsInSlash = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
        return "/" + segments.joined(separator: "/") + (endsInSlash && !segments.isEmpty ? "/" : "")
    }

    private static func query(_ query: String) -> String {
        guard !query.isEmpty else { return "" }
        return query.split(separator: "&").map { pair -> (name: String, value: String) in
            let name = pair.prefix { $0 != "=" }
            let value = pair.dropFirst(name.count + 1)
            return (PercentEncoding.recode(name), PercentEncoding.recode(value))
        }
        // Both are ASCII now, where a string's order is the order of its bytes.
        .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        .map { "\($0.name)=\($0.value)" }
        .joined(separator: "&")
    }

    /// The value without white space at its ends, and with one space for each run inside. Only ASCII's white space: what
    /// else Unicode knows is part of a value.
    private static func trimmed(_ value: String) -> String {
        // Few values have any to take away.
        var wasSpace = true
        let isTrimmed = value.utf8.allSatisfy { byte in
            let isSpace = isSpace(byte)
            defer { wasSpace = isSpace }
            return !isSpace || byte == 0x20 && !wasSpace
        }
        if isTrimmed, !wasSpace { return value }
        return value.utf8.split(whereSeparator: isSpace)
            .map { Substring($0) }
            .joined(separator: " ")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
