import SigV4

/// Credentials of a role that is assumed with another identity provider's token, which is read again each time.
///
/// The session is as long as the role allows, for the reason that ``LongSessionCredentials`` gives.
struct WebIdentityCredentials: CredentialsProvider {
    /// The longest token. Those of Kubernetes have about a thousand bytes, and STS takes 20,000 characters.
    private static let longestToken = 64 << 10

    let role: WebIdentityRole
    /// The setting that names the file, for errors.
    let setting: String
    let sessionName: String
    let client: STSClient

    var origin: CredentialsSource? { .webIdentity(role.arn) }

    func credentials() async throws(CredentialsError) -> AWSCredentials {
        let token = try TokenFile.read(role.tokenFile, namedBy: setting, upTo: Self.longestToken)
        do throws(AWSError) {
            return try await LongSessionCredentials.longest { duration throws(AWSError) in
                try await client.assumeRole(
                    arn: role.arn,
                    webIdentityToken: token,
                    duration: duration,
                    sessionName: role.sessionName ?? sessionName
                )
            }
        } catch {
            throw CredentialsError(
                description: "the role \(role.arn) cannot be assumed with the token of \(role.tokenFile): \(error)"
            )
        }
    }
}
