import SigV4

/// Credentials of a role that is assumed with another identity provider's token, read anew each time.
struct WebIdentityCredentials: CredentialsProvider {
    /// The longest token. Those of Kubernetes have about a thousand bytes, and STS takes 20,000 characters.
    private static let longestToken = 64 << 10

    let role: WebIdentityRole
    /// The setting that names the file, for errors.
    let setting: String
    let sessionName: String
    let client: STSClient

    func credentials() async throws(CredentialsError) -> AWSCredentials {
        let token = try TokenFile.read(role.tokenFile, namedBy: setting, upTo: Self.longestToken)
        do throws(AWSError) {
            return try await client.assumeRole(
                arn: role.arn,
                webIdentityToken: token,
                sessionName: role.sessionName ?? sessionName
            )
        } catch {
            throw CredentialsError(
                description: "the role \(role.arn) cannot be assumed with the token of \(role.tokenFile): \(error)"
            )
        }
    }
}
