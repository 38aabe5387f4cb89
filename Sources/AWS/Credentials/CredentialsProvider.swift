/// Where credentials come from.
package protocol CredentialsProvider: Sendable {
    /// Credentials that are valid now.
    func credentials() async throws(CredentialsError) -> AWSCredentials
}
