import TerminalText

/// The form of the names that become part of an address.
enum NameValidator {
    /// A DNS label's length: the names also become file names and S3 keys.
    private static let longest = 63

    /// A name of `[a-z0-9-]`, 1 to 63 characters, with a letter or digit at both ends.
    static func name(_ text: String) throws(Violation) -> String {
        guard isName(text) else {
            let help =
                "a name has lower-case letters, digits and hyphens, at most \(longest), and no hyphen at either end"
            throw Violation(
                .badName,
                "\(QuotedText.quoted(text)) cannot be part of an address",
                help: help,
                suggestion: likelyName(text)
            )
        }
        return text
    }

    /// A name, or a migration manifest's name and a name, separated by a slash.
    static func moved(_ text: String) throws(Violation) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ isName(String($0)) }) else {
            throw Violation(
                .badName,
                "\(QuotedText.quoted(text)) does not name an import",
                help: "write the import's name, or manifest/name"
            )
        }
        return text
    }

    private static func isName(_ text: String) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return text.utf8.count <= longest && text.utf8.first.map { $0 != hyphen } ?? false && text.utf8.last != hyphen
            && text.utf8.allSatisfy { $0 == hyphen || CharacterClasses.isLowerCaseOrDigit($0) }
    }

    private static func likelyName(_ text: String) -> String? {
        let name = String(text.lowercased().map { " _.".contains($0) ? "-" : $0 })
        return isName(name) ? name : nil
    }
}
