package import SigV4

/// Credentials that never change.
package struct StaticCredentials: CredentialsProvider {
    private let value: AWSCredentials
    package let origin: CredentialsSource?

    /// Provides given credentials.
    package init(_ credentials: AWSCredentials, origin: CredentialsSource? = nil) {
        value = credentials
        self.origin = origin
    }

    package func credentials() async throws(CredentialsError) -> AWSCredentials { value }
}
