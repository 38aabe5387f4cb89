import TerminalText
import WireEncoding

/// The forms of a place in S3.
enum StagingValidator {
    /// The longest prefix, in characters. S3's keys have 1,024 bytes, what follows the prefix needs some 150, and a
    /// character has up to four.
    private static let longestPrefix = 200

    private static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
    private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

    /// A bucket's name (S3 User Guide, “General purpose bucket naming rules”).
    static func bucket(_ text: String) throws(Violation) -> String {
        let quoted = QuotedText.quoted(text)
        func violation(_ why: String, suggestion: String? = nil) -> Violation {
            Violation(.badStaging, "\(quoted) is not a bucket's name: \(why)", suggestion: suggestion)
        }
        if text.hasPrefix(ObjectLocation.scheme) {
            let name = text.dropFirst(ObjectLocation.scheme.count).prefix { $0 != "/" }
            throw violation("it is a URL", suggestion: name.isEmpty ? nil : String(name))
        }
        guard (3...63).contains(text.utf8.count) else { throw violation("it has 3 to 63 characters") }
        let isAllowed = { (byte: UInt8) in
            CharacterClasses.isLowerCaseOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        guard text.utf8.allSatisfy(isAllowed) else {
            let lower = text.lowercased()
            let suggestion = lower.utf8.allSatisfy(isAllowed) ? lower : nil
            throw violation("it has lower-case letters, digits, dots and hyphens", suggestion: suggestion)
        }
        if let reason = reservation(of: text) { throw violation(reason) }
        return text
    }

    /// The reason why a name of allowed characters is no bucket's name; `nil` if it may be one.
    private static func reservation(of text: String) -> String? {
        let ends = [text.utf8.first, text.utf8.last].compactMap { $0 }
        guard ends.allSatisfy(CharacterClasses.isLowerCaseOrDigit) else {
            return "it begins and ends with a letter or digit"
        }
        guard !text.contains("..") else { return "it has no two dots side by side" }
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count != 4 || !numbers.allSatisfy({ $0.utf8.allSatisfy(CharacterClasses.isDigit) }) else {
            return "it has the form of an IP address"
        }
        if let prefix = reservedPrefixes.first(where: text.hasPrefix) {
            return "S3 keeps names that begin with “\(prefix)”"
        }
        if let suffix = reservedSuffixes.first(where: text.hasSuffix) {
            return "S3 keeps names that end with “\(suffix)”"
        }
        return nil
    }

    /// What `addressing` says.
    enum Addressing: Equatable {
        case auto
        case only(S3Addressing)

        /// The only form; `nil` for any.
        var style: S3Addressing? {
            if case .only(let style) = self { style } else { nil }
        }
    }

    /// The form of import manifests' URLs.
    static func addressing(_ text: String) throws(Violation) -> Addressing {
        if text == "auto" { return .auto }
        if let style = S3Addressing(rawValue: text) { return .only(style) }
        let words = ["auto"] + S3Addressing.allCases.map(\.rawValue)
        throw Violation(
            .badStaging,
            "\(QuotedText.quoted(text)) is not a form of S3 URLs",
            help: "choose one of \(words.joined(separator: ", "))",
            suggestion: words.first { $0 == text.lowercased() } ?? Spelling.nearest(to: text, among: words)
        )
    }

    /// The prefix of all keys, ending in a slash; it may be empty.
    static func prefix(_ text: String) throws(Violation) -> String {
        let quoted = QuotedText.quoted(text)
        guard !text.hasPrefix("/") else {
            let suggestion = String(text.drop { $0 == "/" })
            let message = "\(quoted) begins with a slash, which S3 takes as a folder without a name"
            throw Violation(.badStaging, message, suggestion: suggestion)
        }
        guard text.unicodeScalars.count <= longestPrefix else {
            throw Violation(.badStaging, "a prefix has at most \(longestPrefix) characters")
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let hasOddPart = parts.dropLast().contains { $0.isEmpty } || parts.contains { $0 == "." || $0 == ".." }
        guard CharacterClasses.isPrintable(text), !hasOddPart else {
            let help = "write words with a slash between them, such as team/ferry/"
            throw Violation(.badStaging, "\(quoted) is not a prefix", help: help)
        }
        return text.isEmpty || text.hasSuffix("/") ? text : text + "/"
    }
}
