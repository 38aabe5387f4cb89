import EC2Types
import TerminalText
import WireEncoding

/// The forms of what is written on the volume and the conversion task.
enum TagValidator {
    /// A tag.
    static func check(key: String, value: String) throws(Violation) {
        let quoted = QuotedText.quoted(key)
        guard !key.isEmpty, key.hasAtMost(scalars: EC2Limits.tagKey) else {
            let message =
                "a tag's key has 1 to \(EC2Limits.tagKey) characters, and this has \(key.unicodeScalars.count)"
            throw Violation(.badTag, message)
        }
        guard value.hasAtMost(scalars: EC2Limits.tagValue) else {
            let count = value.unicodeScalars.count
            let message = "the value of tag \(quoted) has \(count) characters; EC2 accepts \(EC2Limits.tagValue)"
            throw Violation(.badTag, message)
        }
        guard !EC2Limits.isReserved(key) else {
            throw Violation(.badTag, "tag \(quoted): AWS keeps keys that begin with “aws:” for itself")
        }
        guard !key.hasPrefix("ferry:") else {
            throw Violation(.badTag, "tag \(quoted): ferry keeps keys that begin with “ferry:” for itself")
        }
        guard CharacterClasses.isPrintable(key), CharacterClasses.isPrintable(value) else {
            throw Violation(.badTag, "tag \(quoted) has a control character or a line break")
        }
    }

    /// The text in front of the marker in a conversion task's description.
    static func description(_ text: String) throws(Violation) -> String {
        let most = EC2Limits.userDescription
        guard text.hasAtMost(scalars: most) else {
            let message = "a description has at most \(most) characters, and this has \(text.unicodeScalars.count)"
            let help = "EC2 accepts \(EC2Limits.description) characters, and ferry's marker needs the rest"
            throw Violation(.badTag, message, help: help)
        }
        guard CharacterClasses.isPrintable(text) else {
            throw Violation(.badTag, "a description is one line without control characters")
        }
        return text
    }
}
