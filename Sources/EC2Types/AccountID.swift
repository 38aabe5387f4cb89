/// The ids of AWS accounts (IAM User Guide, “AWS account identifiers”).
package enum AccountID {
    /// Whether a text is the id of an account: 12 digits.
    package static func isValid(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
