import SigV4

/// Credentials of a role for as long a session as it allows.
///
/// A presigned URL ends with the session of the credentials it is signed with, and EC2 fetches an image's parts by such
/// URLs for as long as the conversion takes: an hour, which a session is long unless more is asked for, is too short.
/// Whoever keeps them renews them at half of their life, so that no URL is signed with what is about to end.
struct LongSessionCredentials: CredentialsProvider {
    /// The longest session there is, in seconds: twelve hours (STS API Reference, AssumeRole).
    private static let longestSession = 43_200

    let role: AssumedRole
    let sessionName: String
    let client: STSClient

    var origin: CredentialsSource? { .role(role.arn) }

    func credentials() async throws(CredentialsError) -> AWSCredentials {
        do throws(AWSError) {
            return try await Self.longest { duration throws(AWSError) in
                var role = role
                role.duration = duration
                return try await client.assumeRole(role, sessionName: sessionName)
            }
        } catch {
            throw CredentialsError(description: "the role \(role.arn) cannot be assumed: \(error)")
        }
    }

    /// The credentials of the longest session that a role allows.
    ///
    /// - Parameter assume: Assumes the role for so many seconds, or for one hour if `nil`.
    static func longest(
        _ assume: (_ duration: Int?) async throws(AWSError) -> AWSCredentials
    ) async throws(AWSError) -> AWSCredentials {
        do throws(AWSError) {
            return try await assume(longestSession)
        } catch  where error.code == "ValidationError" {
            // The role's own maximum is shorter, or another role assumes it: then an hour is all there is.
            return try await assume(nil)
        }
    }
}
