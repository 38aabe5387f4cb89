package import FoundationEssentials
package import WireEncoding

/// What a request is signed with.
package struct AWSCredentials: Hashable, Sendable {
    /// The access key's id, which is not secret.
    package var accessKeyID: String
    /// The access key itself.
    package var secretAccessKey: Secret
    /// The session's token, for temporary credentials.
    package var sessionToken: Secret?
    /// When temporary credentials end; `nil` if it is not known or they do not.
    package var expiration: Date?

    /// When they end, in seconds since 1970, rounded down.
    package var expirationSeconds: Int64? {
        expiration.flatMap { Int64(exactly: $0.timeIntervalSince1970.rounded(.down)) }
    }

    /// Keeps credentials.
    package init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil, expiration: Date? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}
