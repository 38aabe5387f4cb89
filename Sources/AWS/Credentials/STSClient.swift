import FoundationEssentials
import Hashing

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
        var parameters = [("RoleArn", role.arn), ("RoleSessionName", sessionName)]
        if let id = role.externalID { parameters.append(("ExternalId", id)) }
        if let duration = role.duration { parameters.append(("DurationSeconds", String(duration))) }
        return try await credentials("AssumeRole", parameters, isSigned: true)
    }

    /// Temporary credentials of a role, for whoever has a token of its identity provider.
    func assumeRole(
        arn: String,
        webIdentityToken: Secret,
        sessionName: String
    ) async throws(AWSError) -> AWSCredentials {
        let parameters = [
            ("RoleArn", arn), ("RoleSessionName", sessionName), ("WebIdentityToken", webIdentityToken.text),
        ]
        return try await credentials("AssumeRoleWithWebIdentity", parameters, isSigned: false)
    }

    private func credentials(
        _ action: String,
        _ parameters: [(String, String)],
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
