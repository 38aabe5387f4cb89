import EC2Types
import FoundationEssentials
import SigV4
import WireEncoding
import XML

/// The operations of STS that ferry calls, over the Query protocol (STS API Reference, version 2011-06-15).
package struct STSClient: Sendable {
    private static let version = "2011-06-15"

    private let client: ServiceClient

    /// Creates a client of STS in the region of `client`.
    package init(_ client: ServiceClient) {
        self.client = client
    }

    /// Temporary credentials of a role, for whoever the client signs as.
    func assumeRole(_ role: AssumedRole, sessionName: String) async throws(AWSError) -> AWSCredentials {
        var parameters = QueryParameters()
        parameters.add("RoleArn", role.arn)
        parameters.add("RoleSessionName", sessionName)
        parameters.add("ExternalId", role.externalID)
        parameters.add("DurationSeconds", role.duration.map { String($0) })
        return try await credentials("AssumeRole", parameters, isSigned: true)
    }

    /// Temporary credentials of a role, for a token of its identity provider.
    ///
    /// - Parameter duration: The length of the session in seconds; one hour if `nil`.
    func assumeRole(
        arn: String,
        webIdentityToken: Secret,
        duration: Int?,
        sessionName: String
    ) async throws(AWSError) -> AWSCredentials {
        var parameters = QueryParameters()
        parameters.add("RoleArn", arn)
        parameters.add("RoleSessionName", sessionName)
        parameters.add("WebIdentityToken", webIdentityToken.text)
        parameters.add("DurationSeconds", duration.map { String($0) })
        return try await credentials("AssumeRoleWithWebIdentity", parameters, isSigned: false)
    }

    /// The caller of the client's credentials.
    ///
    /// - Returns: The account's id, 12 digits, and the ARN of the user or the assumed role.
    package func callerIdentity() async throws(AWSError) -> (account: String, arn: String) {
        let call = client.queryCall(
            "GetCallerIdentity",
            version: Self.version,
            QueryParameters(),
            isIdempotent: true
        )
        let result = try await client.document(of: call).child("GetCallerIdentityResult")
        guard let account = result?.text("Account"), let arn = result?.text("Arn"), AccountID.isValid(account)
        else { throw client.failure(call, .malformedAnswer("there is no account in it")) }
        return (account, arn)
    }

    private func credentials(
        _ action: String,
        _ parameters: QueryParameters,
        isSigned: Bool
    ) async throws(AWSError) -> AWSCredentials {
        var call = client.queryCall(action, version: Self.version, parameters, isIdempotent: true)
        call.isSigned = isSigned
        let root = try await client.document(of: call)
        guard
            let element = root.child("\(action)Result")?.child("Credentials"),
            let id = element.text("AccessKeyId"), let key = element.text("SecretAccessKey"),
            let token = element.text("SessionToken"),
            let end = element.text("Expiration").flatMap({ LooseTimestamp.date($0, readsEpoch: true) })
        else { throw client.failure(call, .malformedAnswer("there are no whole credentials in it")) }
        return AWSCredentials(
            accessKeyID: id,
            secretAccessKey: Secret(key),
            sessionToken: Secret(token),
            expiration: end
        )
    }
}
