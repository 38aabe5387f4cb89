/// Parts of URLs, found in their text: the transport sends them as they are.
enum URLText {
    /// The URL without query and fragment.
    static func redacted(_ url: String) -> String {
        guard let mark = url.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return url }
        return url[mark] == "?" ? url[..<mark] + "?…" : String(url[..<mark])
    }

    /// A text of somebody else's, such as a service's message, without the signatures and tokens of URLs and header
    /// fields quoted in it.
    ///
    /// From the question mark of a URL to the end of its text everything goes: a part of a signed query is of no use to
    /// a reader, and the rest is what makes it valid.
    static func redactingSignatures(in text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "=")) else { return text }
        var result = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "?") {
            let query = rest[rest.index(after: mark)...].prefix { !endsURL($0) }
            let isOfURL = query.contains("=")
            result += rest[...mark] + (isOfURL ? "…" : query)
            rest = rest[query.endIndex...]
        }
        result += rest
        for match in result.matches(of: secretField).reversed() {
            result.replaceSubrange(match.1.startIndex..<match.1.endIndex, with: "…")
        }
        return result
    }

    /// The signature of an `Authorization` field (`Signature=5d67…`), and a token that goes with it.
    private static var secretField: Regex<(Substring, Substring)> {
        /(?i)(?:signature|security-token)["']?\s*[=:]\s*["']?([^\s"',&<>…]+)/
    }

    private static func endsURL(_ character: Character) -> Bool {
        character.isWhitespace || "\"'<>`“”‘’".contains(character)
    }

    /// The host as the `Host` header names it, path and query of an absolute URL; `nil` if it is none.
    static func parts(of url: String) -> (authority: String, path: String, query: String)? {
        let bytes = url.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let rest = bytes[bytes.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
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
