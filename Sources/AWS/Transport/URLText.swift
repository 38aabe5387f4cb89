/// Parts of URLs, found in their text: the transport sends them as they are.
enum URLText {
    /// The URL without query and fragment.
    static func redacted(_ url: String) -> String {
        guard let mark = url.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return url }
        return url[mark] == "?" ? url[..<mark] + "?…" : String(url[..<mark])
    }

    /// A text of somebody else's, such as a service's message, without the signatures and tokens of URLs quoted in it.
    ///
    /// From the question mark of a URL to the end of its text everything goes: a part of a signed query is of no use to
    /// a reader, and the rest is what makes it valid.
    static func redactingSignatures(in text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "?")) else { return text }
        var result = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "?") {
            let query = rest[rest.index(after: mark)...].prefix { !endsURL($0) }
            let isOfURL = query.contains("=")
            result += rest[...mark] + (isOfURL ? "…" : query)
            rest = rest[query.endIndex...]
        }
        return result + rest
    }

    private static func endsURL(_ character: Character) -> Bool {
        character.isWhitespace || "\"'<>`“”‘’".contains(character)
    }

    /// The host as the `Host` header names it, path and query of an absolute URL; `nil` if it is none.
    static func parts(of url: String) -> (authority: String, path: String, query: String)? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let target = rest.dropFirst(authority.count).prefix { $0 != "#" }
        let path = target.prefix { $0 != "?" }
        return (
            host(authority, scheme: url[..<scheme.lowerBound]), path.isEmpty ? "/" : String(path),
            String(target.dropFirst(path.count + 1))
        )
    }

    /// The scheme's own port is left out, as curl leaves it out of the `Host` header.
    private static func host(_ authority: Substring, scheme: Substring) -> String {
        let port = scheme.lowercased() == "https" ? ":443" : ":80"
        return String(authority.hasSuffix(port) ? authority.dropLast(port.count) : authority)
    }
}
