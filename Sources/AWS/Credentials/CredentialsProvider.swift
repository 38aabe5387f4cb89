package import SigV4

/// Where credentials come from.
package protocol CredentialsProvider: Sendable {
    /// Credentials that are valid now.
    func credentials() async throws(CredentialsError) -> AWSCredentials
    /// Says that a service took `credentials` for expired; whether asking again may bring others.
    func discard(_ credentials: AWSCredentials) async -> Bool
    /// Where the credentials come from; `nil` where nobody needs to know, as in the sandbox.
    var origin: CredentialsSource? { get }
}

extension CredentialsProvider {
    package var origin: CredentialsSource? { nil }

    package func discard(_ credentials: AWSCredentials) async -> Bool { false }
}
