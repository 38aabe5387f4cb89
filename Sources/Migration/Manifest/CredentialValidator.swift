import EC2Types
import TerminalText

/// The forms of what names credentials.
enum CredentialValidator {
    /// The most characters of a profile's name. AWS gives no bound; nobody writes more.
    private static let longestProfile = 128

    /// The name of a profile in the shared AWS files, as it stands behind `[profile `.
    static func profile(_ text: String) throws(Violation) -> String {
        let isAllowed = { (scalar: Unicode.Scalar) in scalar != "[" && scalar != "]" }
        guard CharacterClasses.isPrintable(text), text.unicodeScalars.count <= longestProfile,
            text.unicodeScalars.allSatisfy(isAllowed), text.first != " ", text.last != " "
        else {
            throw Violation(
                .badCredentials,
                "\(QuotedText.quoted(text)) is not the name of a profile",
                help: "write a name as it stands in ~/.aws/config, without brackets"
            )
        }
        return text
    }

    /// The id of an AWS account: 12 digits.
    static func account(_ text: String) throws(Violation) -> String {
        guard AccountID.isValid(text) else {
            throw Violation(
                .badCredentials,
                "\(QuotedText.quoted(text)) is not an account id",
                help: "write the 12 digits in quotes, such as \"123456789012\""
            )
        }
        return text
    }

    /// The ARN of an IAM role (IAM User Guide, “IAM identifiers”).
    static func roleARN(_ text: String) throws(Violation) -> String {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        let isRole =
            parts.count == 6 && parts[0] == "arn" && isPartition(parts[1]) && parts[2] == "iam" && parts[3].isEmpty
            && parts[4].utf8.count == 12 && parts[4].utf8.allSatisfy(CharacterClasses.isDigit) && isRolePath(parts[5])
        guard isRole else {
            throw Violation(
                .badCredentials,
                "\(QuotedText.quoted(text)) is not the ARN of a role",
                help: "write it as IAM shows it, such as arn:aws:iam::123456789012:role/ferry"
            )
        }
        return text
    }

    private static func isPartition(_ text: Substring) -> Bool {
        text.utf8.count <= 32 && (text == "aws" || text.hasPrefix("aws-") && text.utf8.count > 4)
            && text.utf8.allSatisfy { CharacterClasses.isLowerCase($0) || $0 == UInt8(ascii: "-") }
    }

    /// `role/`, then perhaps a path, and a name of up to 64 letters, digits and `+=,.@_-`.
    private static func isRolePath(_ text: Substring) -> Bool {
        guard text.hasPrefix("role/"), text.utf8.count <= 512 + 69 else { return false }
        let words = text.dropFirst(5).split(separator: "/", omittingEmptySubsequences: false)
        guard let name = words.last, name.utf8.count <= 64 else { return false }
        return words.allSatisfy { word in
            !word.isEmpty
                && word.utf8.allSatisfy {
                    CharacterClasses.isLowerCaseOrDigit($0 | ($0 >= 0x41 && $0 <= 0x5A ? 0x20 : 0))
                        || "+=,.@_-".utf8.contains($0)
                }
        }
    }
}
