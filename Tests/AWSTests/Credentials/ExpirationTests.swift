import AWS
import Foundation
import TestSupport
import Testing

@testable import SigV4

/// The ends of credentials and sign-ins, in the forms of ``LooseTimestamp``, from each source that has one.
@Suite("Ends of credentials")
struct ExpirationTests {
    private enum Source: CaseIterable {
        case environment, process, container, instance, role, webIdentity, signIn
    }

    private let fixture: CredentialsFixture

    init() throws {
        fixture = try CredentialsFixture()
    }

    @Test(
        "Each source may write its end in any form that botocore reads",
        arguments: Source.allCases,
        [
            "2027-01-15T09:00:00Z", "2027-01-15T09:00:00UTC", "2027-01-15T10:00:00+01:00", "2027-01-15 09:00:00+00:00",
            "2027-01-15T09:00:00.000000Z", "Fri, 15 Jan 2027 09:00:00 GMT",
        ]
    )
    private func forms(_ source: Source, text: String) async throws {
        let credentials = try await credentials(source, end: text)
        #expect(try credentials.expiration == CredentialsAnswer.credentials("ID").expiration)
    }

    @Test("An end without a zone is an error of each source", arguments: Source.allCases)
    private func withoutZone(_ source: Source) async throws {
        await #expect(throws: CredentialsError.self) { try await credentials(source, end: "2027-01-15T09:00:00") }
    }

    /// The credentials of a source that ends them at a time, or in whose cache a sign-in ends then.
    private func credentials(_ source: Source, end: String) async throws -> AWSCredentials {
        let server = try LoopbackServer { _, request in
            switch request.path {
            case "/container": return .answer(200, CredentialsAnswer.document("ID", end: end))
            case "/latest/meta-data/iam/security-credentials/": return .answer(200, "r")
            case "/latest/meta-data/iam/security-credentials/r":
                return .answer(200, CredentialsAnswer.document("ID", end: end))
            case "/federation/credentials":
                let keys = #""accessKeyId":"ID","secretAccessKey":"theSecret","sessionToken":"theToken""#
                return .answer(200, "{\"roleCredentials\":{\(keys),\"expiration\":1800003600000}}")
            case "/":
                let action = request.form(request.text)["Action"] ?? ""
                return .answer(200, CredentialsAnswer.sts(action, "ID", end: end))
            default: return .answer(200, "t")
            }
        }
        defer { server.stop() }
        let keys = ["AWS_ACCESS_KEY_ID": "ID", "AWS_SECRET_ACCESS_KEY": "theSecret"]
        switch source {
        case .environment:
            return try await fixture.credentials(keys.merging(["AWS_CREDENTIAL_EXPIRATION": end]) { $1 })
        case .process:
            let document = "{\"Version\":1,\"AccessKeyId\":\"ID\",\"SecretAccessKey\":\"s\",\"Expiration\":\"\(end)\"}"
            try fixture.folder.write("[default]\ncredential_process = echo '\(document)'\n", to: ".aws/config")
            return try await fixture.credentials([:])
        case .container:
            return try await fixture.credentials(["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/container"])
        case .instance:
            return try await fixture.credentials(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url])
        case .role:
            let text = "[default]\nrole_arn = r\nsource_profile = k\n[profile k]\naws_access_key_id = K\n"
            try fixture.folder.write(text + "aws_secret_access_key = k\n", to: ".aws/config")
            return try await fixture.credentials(["AWS_ENDPOINT_URL_STS": server.url])
        case .webIdentity:
            let path = try fixture.folder.write("token", to: "token")
            let variables = [
                "AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_ROLE_ARN": "r", "AWS_ENDPOINT_URL_STS": server.url,
            ]
            return try await fixture.credentials(variables)
        case .signIn:
            let text = "sso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 1\n"
            try fixture.folder.write("[default]\n\(text)sso_role_name = r\n", to: ".aws/config")
            let file = ".aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json"
            try fixture.folder.write("{\"accessToken\":\"good\",\"expiresAt\":\"\(end)\"}", to: file)
            return try await fixture.credentials(["AWS_ENDPOINT_URL_SSO": server.url])
        }
    }
}
