import AWS
import Foundation
import TestSupport
import Testing

@testable import SigV4

@Suite("Credentials of IAM Identity Center")
struct SSOCredentialsTests {
    private static let session = """
        [profile p]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = My Role
        [sso-session corp]
        sso_region = eu-west-1
        sso_start_url = https://corp.awsapps.com/start
        """
    /// The SHA-1 of “corp”, by sha1sum.
    private static let file = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"

    private let fixture: CredentialsFixture

    init() throws {
        fixture = try CredentialsFixture()
        try fixture.folder.write(Self.session, to: ".aws/config")
    }

    private func write(_ token: String, until end: String, to file: String = file, renewable: Bool = false) throws {
        let renewal = """
            "refreshToken":"theRefresh","clientId":"theClient","clientSecret":"theClientSecret",\
            "registrationExpiresAt":"2027-02-15T08:00:00Z",
            """
        try fixture.folder.write(
            #"{\#(renewable ? renewal : "")"accessToken":"\#(token)","expiresAt":"\#(end)","region":"eu-west-1"}"#,
            to: file
        )
    }

    private func server() throws -> LoopbackServer {
        try LoopbackServer { _, request in
            switch (request.method, request.path) {
            case ("GET", "/federation/credentials"):
                request.headers["x-amz-sso_bearer_token"]?.hasPrefix("good") == true
                    ? .answer(
                        200,
                        #"""
                        {"roleCredentials":{"accessKeyId":"ID","secretAccessKey":"theSecret","sessionToken":"theToken",\#
                        "expiration":1800003600000}}
                        """#
                    ) : .answer(401)
            case ("POST", "/token"):
                request.text.contains("theRefresh")
                    ? .answer(200, #"{"accessToken":"good2","expiresIn":28800,"refreshToken":"nextRefresh"}"#)
                    : .answer(400, #"{"error":"invalid_grant"}"#)
            default: .answer(404)
            }
        }
    }

    @Test("A token of the cache gives the role's credentials")
    func whole() async throws {
        let server = try server()
        try write("good", until: "2027-01-15T10:00:00Z")
        let variables = ["AWS_PROFILE": "p", "AWS_ENDPOINT_URL_SSO": server.url]
        #expect(try await fixture.credentials(variables) == CredentialsAnswer.credentials("ID"))
        let request = try #require(server.requests.first)
        #expect(request.target == "/federation/credentials?account_id=111122223333&role_name=My%20Role")
        #expect(request.headers["authorization"] == nil)
        server.stop()
    }

    @Test("The older form, without a session, has a file of its start page's")
    func olderForm() async throws {
        let server = try server()
        try fixture.folder.write(
            """
            [profile p]
            sso_start_url = https://corp.awsapps.com/start
            sso_region = eu-west-1
            sso_account_id = 1
            sso_role_name = r
            """,
            to: ".aws/config"
        )
        // The SHA-1 of the start page, by sha1sum; the end as older tools wrote it.
        let file = ".aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json"
        try write("good", until: "2027-01-15T10:00:00UTC", to: file)
        let variables = ["AWS_PROFILE": "p", "AWS_ENDPOINT_URL_SSO": server.url]
        #expect(try await fixture.credentials(variables).accessKeyID == "ID")
        server.stop()
    }

    @Test("A token that ends is renewed, and kept for the next program, for its owner's eyes only")
    func renewed() async throws {
        let server = try server()
        try write("old", until: "2027-01-15T08:01:00Z", renewable: true)
        let variables = [
            "AWS_PROFILE": "p", "AWS_ENDPOINT_URL_SSO": server.url, "AWS_ENDPOINT_URL_SSO_OIDC": server.url,
        ]
        #expect(try await fixture.credentials(variables).accessKeyID == "ID")
        let kept = try JSONDecoder().decode(
            [String: String].self,
            from: Data(contentsOf: URL(filePath: fixture.folder.path(Self.file)))
        )
        #expect(kept["accessToken"] == "good2")
        #expect(kept["refreshToken"] == "nextRefresh")
        #expect(kept["expiresAt"] == "2027-01-15T16:00:00Z")
        #expect(kept["clientSecret"] == "theClientSecret")
        let mode = try FileManager.default.attributesOfItem(atPath: fixture.folder.path(Self.file))[.posixPermissions]
        #expect(mode as? Int == 0o600)
        server.stop()
    }

    @Test("Without a valid sign-in the error says how to sign in, and shows no token")
    func signedOut() async throws {
        let server = try server()
        let variables = [
            "AWS_PROFILE": "p", "AWS_ENDPOINT_URL_SSO": server.url, "AWS_ENDPOINT_URL_SSO_OIDC": server.url,
        ]
        let nobody = await fixture.failure(variables)
        #expect(nobody.contains("aws sso login --profile 'p'"))
        try write("good", until: "2027-01-15T07:59:59Z")
        #expect(await fixture.failure(variables).contains("has ended"))
        try write("refused", until: "2027-01-15T10:00:00Z")
        let refused = await fixture.failure(variables)
        #expect(refused.contains("aws sso login"))
        #expect(!refused.contains("refused"))
        try fixture.folder.write("{", to: Self.file)
        #expect(await fixture.failure(variables).contains("aws sso login"))
        server.stop()
    }
}
