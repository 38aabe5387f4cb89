import AWS
import Foundation
import TestSupport
import Testing

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// A source of credentials, and what is known of the session that it gives.
struct SessionCase: Sendable, CustomTestStringConvertible {
    let name: String
    var variables: [String: String] = [:]
    var configuration = ""
    /// What the session's source is; `nil` where the keys do not end.
    let source: CredentialsSource?
    var isRenewable = true
    /// How long the session lasts, in seconds; `nil` if the source does not say.
    var secondsLeft: Int64? = 3600

    var testDescription: String { name }

    private static let keys = ["AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "e"]
    private static let profile = "[profile p]\nregion = eu-west-1\n"
    private static let token = keys.merging(["AWS_SESSION_TOKEN": "t"]) { $1 }
    /// The present of ``ManualTime`` is 2027-01-15 08:00:00.
    private static let document = """
        {"Version":1,"AccessKeyId":"P","SecretAccessKey":"p","SessionToken":"t","Expiration":"2027-01-15T09:00:00Z"}
        """

    static let all: [SessionCase] = [
        SessionCase(name: "keys of the environment", variables: keys, source: nil, secondsLeft: nil),
        SessionCase(
            name: "a session of the environment",
            variables: token,
            source: .environment,
            isRenewable: false,
            secondsLeft: nil
        ),
        SessionCase(
            name: "a session of the environment with its end",
            variables: token.merging(["AWS_CREDENTIAL_EXPIRATION": "2027-01-15T08:30:00+00:00"]) { $1 },
            source: .environment,
            isRenewable: false,
            secondsLeft: 1800
        ),
        SessionCase(
            name: "keys of a profile",
            configuration: "[profile p]\naws_access_key_id = K\naws_secret_access_key = k\n",
            source: nil,
            secondsLeft: nil
        ),
        SessionCase(
            name: "a session of a profile",
            configuration: "[profile p]\naws_access_key_id = K\naws_secret_access_key = k\naws_session_token = t\n",
            source: .keys(profile: "p"),
            isRenewable: false,
            secondsLeft: nil
        ),
        SessionCase(
            name: "a role of a profile",
            configuration: """
                [profile p]
                role_arn = arn:aws:iam::1:role/r
                source_profile = base
                [profile base]
                aws_access_key_id = K
                aws_secret_access_key = k
                """,
            source: .role("arn:aws:iam::1:role/r")
        ),
        SessionCase(
            name: "a web identity",
            variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "FOLDER/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/w"],
            source: .webIdentity("arn:aws:iam::1:role/w")
        ),
        SessionCase(
            name: "IAM Identity Center",
            configuration: """
                [profile p]
                sso_session = corp
                sso_account_id = 111122223333
                sso_role_name = r
                [sso-session corp]
                sso_region = eu-west-1
                sso_start_url = https://corp.awsapps.com/start
                """,
            source: .identityCenter(profile: "p")
        ),
        SessionCase(
            name: "a process",
            configuration: "[profile p]\ncredential_process = echo '\(document)'\n",
            source: .process(profile: "p")
        ),
        SessionCase(
            name: "a process that does not say the end",
            configuration: """
                [profile p]
                credential_process = echo '{"Version":1,"AccessKeyId":"P","SecretAccessKey":"p","SessionToken":"t"}'
                """,
            source: .process(profile: "p"),
            secondsLeft: nil
        ),
        SessionCase(
            name: "a container",
            variables: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "SERVER/container"],
            configuration: profile,
            source: .container
        ),
        SessionCase(
            name: "an instance",
            variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "SERVER"],
            configuration: profile,
            source: .instance
        ),
    ]
}

@Suite("The session of each source of credentials")
struct CredentialsSessionTests {
    /// Every service that gives credentials, on one port.
    private func server() throws -> LoopbackServer {
        try LoopbackServer { _, request in
            switch request.path {
            case "/":
                .answer(200, CredentialsAnswer.sts(request.form(request.text)["Action"] ?? "", "STS"))
            case "/container": .answer(200, CredentialsAnswer.document("C"))
            case "/federation/credentials":
                .answer(
                    200,
                    #"""
                    {"roleCredentials":{"accessKeyId":"S","secretAccessKey":"s","sessionToken":"t",\#
                    "expiration":1800003600000}}
                    """#
                )
            case "/latest/meta-data/iam/security-credentials/": .answer(200, "r")
            case "/latest/meta-data/iam/security-credentials/r": .answer(200, CredentialsAnswer.document("I"))
            default: .answer(200, "t")
            }
        }
    }

    private func client(
        _ example: SessionCase,
        _ server: LoopbackServer,
        _ fixture: CredentialsFixture
    ) throws -> ServiceClient {
        try fixture.folder.write(example.configuration, to: ".aws/config")
        try fixture.folder.write("theToken", to: "token")
        // The SHA-1 of “corp”, by sha1sum.
        try fixture.folder.write(
            #"{"accessToken":"good","expiresAt":"2027-01-15T10:00:00Z","region":"eu-west-1"}"#,
            to: ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
        )
        var variables = example.variables.mapValues {
            $0.replacing("SERVER", with: server.url).replacing("FOLDER", with: fixture.folder.path)
        }
        variables["AWS_ENDPOINT_URL_STS"] = server.url
        variables["AWS_ENDPOINT_URL_SSO"] = server.url
        if example.configuration.contains("[profile p]"), example.variables.isEmpty { variables["AWS_PROFILE"] = "p" }
        return serviceClient(
            .s3,
            "https://s3.example.com",
            transport: fixture.transport,
            time: fixture.time,
            credentials: try fixture.provider(variables)
        )
    }

    @Test("is named with its end, and no presigned URL claims to outlast it", arguments: SessionCase.all)
    func session(example: SessionCase) async throws {
        let server = try server()
        defer { server.stop() }
        let fixture = try CredentialsFixture()
        let client = try client(example, server, fixture)
        let session = try await client.session()
        #expect(session?.source == example.source)
        #expect(session?.secondsLeft == example.secondsLeft)
        #expect(session?.expiration == example.secondsLeft.map { 1_800_000_000 + $0 })
        if let session { #expect(session.source.isRenewable == example.isRenewable) }
        let url = try await S3Client(client).presignedURL("GET", bucket: "b", key: "k").absoluteString
        #expect(url.contains("X-Amz-Expires=\(example.secondsLeft ?? 604_800)&"), "\(url)")
    }

    @Test("has a name in words for each source, without secrets")
    func names() {
        let sources: [CredentialsSource] = [
            .environment, .keys(profile: "p"), .role("arn"), .webIdentity("arn"), .identityCenter(profile: "p"),
            .process(profile: "p"), .container, .instance,
        ]
        #expect(Set(sources.map(\.description)).count == sources.count)
    }

    @Test("No URL is signed with credentials that have ended")
    func ended() async throws {
        var credentials = testCredentials
        credentials.expiration = Date(timeIntervalSince1970: 1_800_000_000)
        let client = serviceClient(
            .s3,
            "https://s3.example.com",
            transport: try HTTPTransport(),
            credentials: StaticCredentials(credentials)
        )
        let error = await #expect(throws: CredentialsError.self) {
            try await S3Client(client).presignedURL("GET", bucket: "b", key: "k")
        }
        #expect(error?.description.contains("ended at 2027-01-15T08:00:00Z") == true)
    }
}
