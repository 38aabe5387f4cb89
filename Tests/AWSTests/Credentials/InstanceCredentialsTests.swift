import AWS
import TestSupport
import Testing

@testable import SigV4

@Suite("Credentials of an EC2 instance")
struct InstanceCredentialsTests {
    private static let path = "/latest/meta-data/iam/security-credentials/"

    private let fixture: CredentialsFixture

    init() throws {
        fixture = try CredentialsFixture()
    }

    /// The metadata service as far as ferry uses it, in version 2 alone.
    private func server(
        role: String = "theRole",
        document: @escaping @Sendable (Int) -> String = { _ in CredentialsAnswer.document("ID") }
    ) throws -> LoopbackServer {
        try LoopbackServer { number, request in
            switch (request.method, request.path) {
            case ("PUT", "/latest/api/token"):
                request.headers["x-aws-ec2-metadata-token-ttl-seconds"] == nil
                    ? .answer(400) : .answer(200, "token\(number)")
            case ("GET", _) where request.headers["x-aws-ec2-metadata-token"]?.hasPrefix("token") != true:
                .answer(401)
            case ("GET", Self.path): role.isEmpty ? .answer(404) : .answer(200, role)
            case ("GET", Self.path + role): .answer(200, document(number))
            default: .answer(404)
            }
        }
    }

    @Test("They come in three requests, the last two with the token of the first")
    func whole() async throws {
        let server = try server()
        let credentials = try await fixture.credentials(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url])
        #expect(try credentials == CredentialsAnswer.credentials("ID"))
        #expect(server.requests.map(\.method) == ["PUT", "GET", "GET"])
        #expect(server.requests.map { $0.headers["x-aws-ec2-metadata-token"] } == [nil, "token0", "token0"])
        server.stop()
    }

    @Test("They are the last that is looked for")
    func order() async throws {
        let server = try server()
        let endpoint = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url]
        try fixture.folder.write("[default]\nregion = eu-west-1\n", to: ".aws/config")
        #expect(try await fixture.credentials(endpoint).accessKeyID == "ID")
        try fixture.folder.write(
            "[default]\naws_access_key_id = F\naws_secret_access_key = f\n",
            to: ".aws/credentials"
        )
        #expect(try await fixture.credentials(endpoint).accessKeyID == "F")
        server.stop()
    }

    @Test("Where the service has trouble and gives old ones, they go on being used")
    func stale() async throws {
        let server = try server { _ in CredentialsAnswer.document("OLD", end: "2027-01-15T07:00:00Z") }
        let provider = try fixture.provider(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url])
        #expect(try await provider.credentials().accessKeyID == "OLD")
        #expect(try await provider.credentials().accessKeyID == "OLD")
        #expect(server.requests.count == 3)
        server.stop()
    }

    @Test("An instance without a role, and one that refuses, are errors that name every place")
    func refused() async throws {
        let server = try server(role: "")
        let text = await fixture.failure(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url])
        for part in ["AWS_ACCESS_KEY_ID", "\"default\"", "/.aws/credentials", "may have no role", "--sandbox"] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        server.stop()
        let broken = try self.server { _ in #"{"Code":"AssumeRoleUnauthorizedAccess","Message":"not trusted"}"# }
        let refusal = await fixture.failure(["AWS_EC2_METADATA_SERVICE_ENDPOINT": broken.url])
        #expect(refusal.contains("AssumeRoleUnauthorizedAccess: not trusted"))
        broken.stop()
    }

    @Test("A service that is not there is given up after some attempts")
    func absent() async throws {
        let port = try UnusedPort()
        let variables = [
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": port.url, "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2",
        ]
        #expect(await fixture.failure(variables).contains("cannot be reached"))
        #expect(fixture.time.waits.count == 1)
    }
}
