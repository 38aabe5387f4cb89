import FoundationEssentials
import SigV4
import WireEncoding
import XML

/// The operations of STS that give credentials, over the Query protocol (STS API Reference, version 2011-06-15).
struct STSClient: Sendable {
    private static let version = "2011-06-15"

    private let client: ServiceClient

    /// Makes a client of STS in the region of `client`.
    init(_ client: ServiceClient) {
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

    /// Temporary credentials of a role, for whoever has a token of its identity provider.
    func assumeRole(
        arn: String,
        webIdentityToken: Secret,
        sessionName: String
    ) async throws(AWSError) -> AWSCredentials {
        var parameters = QueryParameters()
        parameters.add("RoleArn", arn)
        parameters.add("RoleSessionName", sessionName)
        parameters.add("WebIdentityToken", webIdentityToken.text)
        return try await credentials("AssumeRoleWithWebIdentity", parameters, isSigned: false)
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
            let token = element.text("SessionToken"), let end = element.text("Expiration").flatMap(ISO8601Time.date)
        else { throw client.failure(call, .malformedAnswer("there are no whole credentials in it")) }
        return AWSCredentials(
            accessKeyID: id,
            secretAccessKey: Secret(key),
            sessionToken: Secret(token),
            expiration: end
        )
    }
}
