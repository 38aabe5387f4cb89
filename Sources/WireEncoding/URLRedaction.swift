/// Removes signatures and tokens from URLs and from text that quotes them.
package enum URLRedaction {
    /// The URL without query and fragment.
    package static func redacted(_ url: String) -> String {
        guard let mark = url.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return url }
        return url[mark] == "?" ? url[..<mark] + "?…" : String(url[..<mark])
    }

    /// A text of somebody else's, such as a service's message, without the signatures and tokens of URLs and header
    /// fields quoted in it.
    ///
    /// From the question mark of a URL to the end of its text everything goes: a part of a signed query is of no use to
    /// a reader, and the rest is what makes it valid.
    package static func redactingSignatures(in text: String) -> String {
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
}
