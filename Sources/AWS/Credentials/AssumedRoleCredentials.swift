import SigV4

/// Credentials of a role that is assumed with other credentials.
struct AssumedRoleCredentials: CredentialsProvider {
    let role: AssumedRole
    let sessionName: String
    let client: STSClient

    var origin: CredentialsSource? { .role(role.arn) }

    func credentials() async throws(CredentialsError) -> AWSCredentials {
        do throws(AWSError) {
            return try await client.assumeRole(role, sessionName: role.sessionName ?? sessionName)
        } catch {
            throw CredentialsError(description: "the role \(role.arn) cannot be assumed: \(error)")
        }
    }
}
