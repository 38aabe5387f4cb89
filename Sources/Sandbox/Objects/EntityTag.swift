/// Entity tags as clients write them in conditions (RFC 9110, section 8.8.3).
enum EntityTag {
    /// Whether a list like `"a", W/"b"` or `*` names the tag `etag`, which has no quotes.
    static func list(_ list: String, names etag: String) -> Bool {
        list.split(separator: ",").contains { item in
            var tag = item.drop { $0 == " " }
            while tag.last == " " { tag.removeLast() }
            if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
            return tag == "*" || unquoted(String(tag)) == etag
        }
    }

    /// The tag without its quotes.
    static func unquoted(_ tag: String) -> String {
        tag.count >= 2 && tag.hasPrefix("\"") && tag.hasSuffix("\"") ? String(tag.dropFirst().dropLast()) : tag
    }
}
