/// The host and port of an HTTP URL.
package struct URLAuthority: Sendable {
    /// Host and port as they stand in the URL, which is how a client's `Host` header gives them.
    package let text: String
    /// The host in lower case, without the brackets of an IPv6 address.
    package let host: String
    /// The port, or that of the scheme.
    package let port: Int

    /// Reads it from an http or https URL; `nil` for anything else.
    package init?(_ url: String) {
        // Bytes and not characters: an import manifest of a large image has 400,000 URLs.
        let bytes = url.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8),
            let standardPort = Self.standardPort(ofScheme: bytes[..<colon])
        else { return nil }
        let authority = bytes[bytes.index(colon, offsetBy: 3)...].prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        self.init(authority: Substring(authority), standardPort: standardPort)
    }

    private static func standardPort(ofScheme scheme: Substring.UTF8View) -> Int? {
        guard scheme.count == 4 || scheme.count == 5 else { return nil }
        return switch Substring(scheme).lowercased() {
        case "http": 80
        case "https": 443
        default: nil
        }
    }

    private init?(authority: Substring, standardPort: Int) {
        // User information has no place in a URL that is signed for its host.
        guard !authority.isEmpty, !authority.utf8.contains(UInt8(ascii: "@")) else { return nil }
        text = String(authority)
        var host = authority
        var port = standardPort
        if let colon = authority.utf8.lastIndex(of: UInt8(ascii: ":")),
            !authority.utf8[colon...].contains(UInt8(ascii: "]"))
        {
            guard let number = Int(authority[authority.utf8.index(after: colon)...]), (1...65_535).contains(number)
            else { return nil }
            port = number
            host = authority[..<colon]
        }
        if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
            host = host.dropFirst().dropLast()
        }
        guard !host.isEmpty else { return nil }
        self.host = host.lowercased()
        self.port = port
    }
}
