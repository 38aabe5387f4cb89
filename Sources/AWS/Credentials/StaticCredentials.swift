package import SigV4

/// Credentials that never change.
package struct StaticCredentials: CredentialsProvider {
    private let value: AWSCredentials

    /// Provides given credentials.
    package init(_ credentials: AWSCredentials) {
        value = credentials
    }

    package func credentials() async throws(CredentialsError) -> AWSCredentials { value }
}
