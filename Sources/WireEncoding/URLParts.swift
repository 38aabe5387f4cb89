/// The host, path and query of a URL, found in its text: the transport sends URLs as they are.
package enum URLParts {
    /// The host as the `Host` header names it, path and query of an absolute URL of HTTP; `nil` if it is none, or has no
    /// host.
    package static func parts(of url: String) -> (authority: String, path: String, query: String)? {
        let bytes = url.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let scheme = bytes[..<colon].map { $0 | 0x20 }
        guard scheme.elementsEqual("http".utf8) || scheme.elementsEqual("https".utf8) else { return nil }
        let rest = bytes[bytes.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard !authority.isEmpty else { return nil }
        let target = rest[authority.endIndex...].prefix { $0 != UInt8(ascii: "#") }
        let path = target.prefix { $0 != UInt8(ascii: "?") }
        return (
            host(authority, scheme: bytes[..<colon]), path.isEmpty ? "/" : String(Substring(path)),
            String(Substring(target[path.endIndex...].dropFirst()))
        )
    }

    /// The scheme's own port is left out, as curl leaves it out of the `Host` header.
    private static func host(_ authority: Substring.UTF8View, scheme: Substring.UTF8View) -> String {
        // “http” and “https”, of whatever case, differ in length.
        let port = scheme.count == 5 ? ":443" : ":80"
        let isPort = authority.count > port.utf8.count && authority.suffix(port.utf8.count).elementsEqual(port.utf8)
        return String(Substring(isPort ? authority.dropLast(port.utf8.count) : authority))
    }
}
