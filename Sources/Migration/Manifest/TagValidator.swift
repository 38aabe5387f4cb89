import TerminalText

/// The forms of what is written on the volume and the conversion task.
enum TagValidator {
    /// The most tags of the user's own. EC2 allows 50 on a resource; ten are kept for ferry's.
    static let most = 40

    /// A tag (EC2 User Guide, “Tag restrictions”).
    static func check(key: String, value: String) throws(Violation) {
        let quoted = QuotedText.quoted(key)
        guard !key.isEmpty, CharacterClasses.isAtMost(128, key) else {
            throw Violation(.badTag, "a tag's key has 1 to 128 characters, and this has \(key.unicodeScalars.count)")
        }
        guard CharacterClasses.isAtMost(256, value) else {
            throw Violation(
                .badTag,
                "the value of tag \(quoted) has \(value.unicodeScalars.count) characters; EC2 takes 256"
            )
        }
        // EC2 compares without regard to case.
        guard !String(key.prefix(4)).lowercased().hasPrefix("aws:") else {
            throw Violation(.badTag, "tag \(quoted): AWS keeps keys that begin with “aws:” for itself")
        }
        guard !key.hasPrefix("ferry:") else {
            throw Violation(.badTag, "tag \(quoted): ferry keeps keys that begin with “ferry:” for itself")
        }
        guard CharacterClasses.isPrintable(key), CharacterClasses.isPrintable(value) else {
            throw Violation(.badTag, "tag \(quoted) has a control character or a line break")
        }
    }

    /// The text in front of the marker in a conversion task's description. EC2 takes 255 characters, and the marker needs
    /// up to 55 of them.
    static func description(_ text: String) throws(Violation) -> String {
        guard CharacterClasses.isAtMost(200, text) else {
            let message = "a description has at most 200 characters, and this has \(text.unicodeScalars.count)"
            throw Violation(.badTag, message, help: "EC2 takes 255 characters, and ferry's marker needs the rest")
        }
        guard CharacterClasses.isPrintable(text) else {
            throw Violation(.badTag, "a description is one line without control characters")
        }
        return text
    }
}
