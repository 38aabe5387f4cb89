import EC2Types

/// An account of the sandbox. Each sees its own tasks and volumes.
package struct SandboxAccount: Hashable, Sendable {
    /// The id of the account that a configuration has if it names no other.
    package static let defaultID = "123456789012"

    /// The account's id, 12 digits.
    package var id: String
    /// The access key id that its requests are signed with.
    package var accessKeyID: String
    /// The secret access key.
    package var secretAccessKey: String

    /// Describes an account.
    package init(id: String, accessKeyID: String, secretAccessKey: String) {
        self.id = id
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
    }

    /// Reads `ID=KEYID:SECRET`; `nil` for another form.
    package init?(_ text: String) {
        let halves = text.split(separator: "=", maxSplits: 1)
        guard halves.count == 2, let colon = halves[1].firstIndex(of: ":"), AccountID.isValid(String(halves[0])) else {
            return nil
        }
        let (keyID, secret) = (halves[1][..<colon], halves[1][halves[1].index(after: colon)...])
        guard !keyID.isEmpty, !secret.isEmpty else { return nil }
        self.init(id: String(halves[0]), accessKeyID: String(keyID), secretAccessKey: String(secret))
    }
}
