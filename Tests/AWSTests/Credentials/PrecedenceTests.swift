import Foundation
import Logging
import TestSupport
import Testing

@testable import AWS
@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// An environment with several sources of credentials.
private struct PrecedenceCase: Encodable {
    var variables: [String: String]
    var config: String
    var credentials: String
    /// The profile that the caller names.
    var profile: String?

    private enum CodingKeys: CodingKey {
        case variables, config, credentials, profile
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(variables, forKey: .variables)
        try container.encode(config, forKey: .config)
        try container.encode(credentials, forKey: .credentials)
        try container.encode(profile, forKey: .profile)
    }

    /// Where ferry finds credentials, in botocore's words.
    var method: [String] {
        let profiles = SharedProfiles(configuration: config, credentials: credentials)
        let environment = AWSEnvironment(variables, profiles: profiles, profile: profile)
        do {
            let choice = try CredentialsChoice(environment)
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let defaults = DefaultCredentials(environment, transport: try HTTPTransport(), logger: logger)
            switch choice.source {
            case .environment: return ["env"]
            case .webIdentity: return ["assume-role-with-web-identity"]
            case .container: return ["container-role"]
            case .instance: return ["none"]
            case .profile(let chain):
                _ = try defaults.provider()
                guard chain.roles.isEmpty else { return ["assume-role"] }
                switch chain.source {
                case .keys: return ["shared-credentials-file", "config-file"]
                case .process: return ["custom-process"]
                case .sso: return ["sso"]
                case .webIdentity: return ["assume-role-with-web-identity"]
                case .named: return []
                }
            }
        } catch {
            return ["error"]
        }
    }

    static let all: [PrecedenceCase] = {
        let keys = "aws_access_key_id = K\naws_secret_access_key = k\n"
        let answer = #"{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "p"}"#
        let process = "credential_process = /bin/echo '\(answer)'\n"
        let webIdentity = "web_identity_token_file = /t\n"
        let role = "role_arn = arn:aws:iam::1:role/r\n"
        let contents: [(config: String, credentials: String)] = [
            ("region = us-east-1\n", ""), (keys, ""), ("", keys), (keys + process, ""), (process, keys), (process, ""),
            (role + "source_profile = base\n", ""), (role + "credential_source = Environment\n", ""), (role, ""),
            (role + "source_profile = base\n" + keys, ""), (role + "source_profile = none\n", ""),
            (role + webIdentity, ""), (webIdentity, ""), (role + webIdentity + "source_profile = base\n", ""),
            (role + webIdentity, keys), (role + "source_profile = base\ncredential_source = Environment\n", ""),
        ]
        let base = "[profile base]\n" + keys
        let environments: [[String: String]] = [[:], ["AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "e"]].flatMap {
            keys in
            [
                [:], ["AWS_WEB_IDENTITY_TOKEN_FILE": "/w", "AWS_ROLE_ARN": "arn:aws:iam::1:role/w"],
                ["AWS_WEB_IDENTITY_TOKEN_FILE": "/w"], ["AWS_ROLE_ARN": "arn:aws:iam::1:role/w"],
            ].map { keys.merging($0) { $1 } }
        }
        return contents.flatMap { content in
            environments.flatMap { variables in
                [("default", nil, nil), ("p", "p", nil), ("p", nil, "p"), ("p", "base", "p")].map {
                    (name: String, variable: String?, profile: String?) in
                    var variables = variables
                    variables["AWS_PROFILE"] = variable
                    let header = name == "default" ? "[default]\n" : "[profile \(name)]\n"
                    return PrecedenceCase(
                        variables: variables,
                        config: base + header + content.config,
                        credentials: content.credentials.isEmpty ? "" : "[\(name)]\n" + content.credentials,
                        profile: profile
                    )
                }
            }
        }
    }()
}

@Suite("Which credentials come first")
struct PrecedenceTests {
    @Test(
        "Of keys, web identities and profiles in all combinations, botocore uses the same",
        .enabled(if: Botocore.python != nil)
    )
    func botocore() async throws {
        let folder = try TemporaryDirectory()
        let cases = PrecedenceCase.all
        let input = try folder.write(Array(try JSONEncoder().encode(cases)), to: "cases.json")
        let output = try await Botocore.run("precedence", [folder.path], input: input)
        let methods = try JSONDecoder().decode([String].self, from: Data(output.utf8))
        try #require(methods.count == cases.count && cases.count == 512)
        for (example, method) in zip(cases, methods) {
            let found = example.method
            #expect(found.contains(method), "\(found), not \(method): \(example)")
        }
        #expect(Set(methods).count == 8)
    }

    private func explanation(
        _ variables: [String: String],
        _ config: String = "",
        profile: String? = nil
    ) throws -> String {
        let profiles = SharedProfiles(configuration: config, credentials: nil)
        return try CredentialsChoice(AWSEnvironment(variables, profiles: profiles, profile: profile)).description
    }

    private static let keys = ["AWS_ACCESS_KEY_ID": "AKIDE", "AWS_SECRET_ACCESS_KEY": "theSecret"]
    private static let token = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/w", "AWS_ROLE_ARN": "arn:aws:iam::1:role/w"]
    private static let config = """
        [profile keys]
        aws_access_key_id = AKIDP
        aws_secret_access_key = theSecret
        [profile role]
        role_arn = arn:aws:iam::1:role/r
        source_profile = keys
        [profile environment]
        role_arn = arn:aws:iam::1:role/r
        credential_source = Environment
        """

    @Test(
        "The explanation names what is used, what is set and not used, and why",
        arguments: [
            (
                keys, "keys",
                """
                keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Not used: the credentials of profile "keys" \
                (AWS_PROFILE), because keys in the environment come first
                """
            ),
            (
                token, "keys",
                """
                role "arn:aws:iam::1:role/w" with the token that AWS_WEB_IDENTITY_TOKEN_FILE names. Not used: the \
                credentials of profile "keys" (AWS_PROFILE), because a web identity in the environment comes before a \
                profile without a role_arn
                """
            ),
            (
                token, "role",
                """
                profile "role" (AWS_PROFILE), assumed role "arn:aws:iam::1:role/r". Not used: \
                AWS_WEB_IDENTITY_TOKEN_FILE, because a profile with a role_arn comes before a web identity
                """
            ),
            ([:], "keys", #"profile "keys" (AWS_PROFILE)"#),
        ] as [([String: String], String, String)]
    )
    func explanation(variables: [String: String], profile: String, expected: String) throws {
        #expect(try explanation(variables.merging(["AWS_PROFILE": profile]) { $1 }, Self.config) == expected)
    }

    @Test("A profile that the caller names comes before keys and web identities, and may still use the environment")
    func explicit() throws {
        let both = Self.keys.merging(Self.token) { $1 }
        #expect(
            try explanation(both, Self.config, profile: "keys") == """
                profile "keys" (migration manifest). Not used: AWS_ACCESS_KEY_ID and AWS_WEB_IDENTITY_TOKEN_FILE, because the \
                migration manifest names a profile
                """
        )
        #expect(
            try explanation(Self.keys, Self.config, profile: "environment")
                == #"profile "environment" (migration manifest), assumed role "arn:aws:iam::1:role/r""#
        )
        #expect(throws: CredentialsError.self) { try explanation(both, Self.config, profile: "absent") }
    }

    @Test("A manifest's profile with credential_source = Environment assumes its role with the keys of the environment")
    func environmentSource() async throws {
        let server = try LoopbackServer { _, _ in .answer(200, CredentialsAnswer.sts("AssumeRole", "ROLE")) }
        let fixture = try CredentialsFixture()
        let variables = Self.keys.merging(["AWS_ENDPOINT_URL_STS": server.url, "AWS_SESSION_TOKEN": "theToken"]) { $1 }
        let environment = AWSEnvironment(
            variables,
            profiles: SharedProfiles(configuration: Self.config, credentials: nil),
            profile: "environment"
        )
        let defaults = DefaultCredentials(
            environment,
            transport: fixture.transport,
            time: fixture.time.retryTime,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        #expect(try await defaults.provider().credentials().accessKeyID == "ROLE")
        let request = try #require(server.requests.first)
        #expect(request.headers["authorization"]?.contains("Credential=AKIDE/") == true)
        #expect(request.headers["x-amz-security-token"] == "theToken")
        server.stop()
    }

    @Test("The explanation of keys shows no key")
    func secrecy() throws {
        for text in [try explanation(Self.keys), try explanation(["AWS_PROFILE": "keys"], Self.config)] {
            #expect(!text.contains("theSecret") && !text.contains("AKID"))
        }
    }
}
