import AWS
import Foundation
import Testing

@testable import SigV4
@testable import WireEncoding

/// A case of `Suites/credentials/assume-role-tests.json`.
struct ProfileChainCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Input: Decodable, Sendable {
        let profiles: [String: [String: String]]
        let selectedProfile: String
        let ssoSessions: [String: [String: String]]?

        /// The configuration file that says the same.
        var text: String {
            var text = ""
            for (name, properties) in profiles {
                text += "[profile \(name)]\n" + properties.map { "\($0) = \($1)\n" }.joined()
            }
            for (name, properties) in ssoSessions ?? [:] {
                text += "[sso-session \(name)]\n" + properties.map { "\($0) = \($1)\n" }.joined()
            }
            return text
        }
    }

    struct Output: Decodable, Sendable {
        private enum CodingKeys: String, CodingKey {
            case chain = "ProfileChain"
            case error = "Error"
        }

        /// Each step is an object with one member: its kind, and what belongs to it.
        let chain: [Step]?
        let error: String?
    }

    struct Step: Decodable, Sendable, Hashable {
        private enum CodingKeys: String, CodingKey {
            case accessKey = "AccessKey"
            case assumeRole = "AssumeRole"
            case namedSource = "NamedSource"
            case webIdentity = "WebIdentityToken"
            case sso = "Sso"
        }

        var accessKey: [String: String]?
        var assumeRole: [String: String]?
        var namedSource: String?
        var webIdentity: [String: String]?
        var sso: [String: String]?
    }

    private struct File: Decodable {
        let tests: [ProfileChainCase]
    }

    let docs: String
    let input: Input
    let output: Output

    var testDescription: String { docs }

    static let all: [ProfileChainCase] = {
        let folder = "Suites/credentials"
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { keys in
            SnakeCase(keys[keys.count - 1].stringValue)
        }
        guard
            let url = Bundle.module.url(forResource: "assume-role-tests", withExtension: "json", subdirectory: folder),
            let data = try? Data(contentsOf: url), let cases = try? decoder.decode([ProfileChainCase].self, from: data)
        else {
            Issue.record("\(folder)/assume-role-tests.json cannot be read")
            return []
        }
        return cases
    }()

    /// Keys of the file's own objects; those of profiles stay as they are, for dictionaries keep their keys.
    private struct SnakeCase: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ text: String) {
            stringValue = ["selected_profile": "selectedProfile", "sso_sessions": "ssoSessions"][text] ?? text
        }

        init?(stringValue: String) {
            self.init(stringValue)
        }

        init?(intValue: Int) { nil }
    }
}

@Suite("Where the credentials of a profile come from")
struct ProfileChainTests {
    @Test("the suite is whole")
    func count() {
        #expect(ProfileChainCase.all.count == 28)
    }

    @Test("Each profile of the suite leads to its source and roles, or is refused", arguments: ProfileChainCase.all)
    func suite(_ example: ProfileChainCase) throws {
        let profiles = SharedProfiles(configuration: example.input.text, credentials: nil)
        let read = { () throws(ProfileChainError) in
            try ProfileChain(profile: example.input.selectedProfile, in: profiles)
        }
        guard let expected = example.output.chain else {
            let error = #expect(throws: ProfileChainError.self) { try read() }
            let words = try #require(example.output.error)
            #expect(error == Self.errors[words], "\(words)")
            return
        }
        #expect(try Self.steps(read()) == expected.map(Self.withoutAccount))
    }

    /// The suite's words for each error, and what ferry says in their place.
    private static let errors: [String: ProfileChainError] = [
        "profile must contain `source_profile`": .noSource("A"),
        "profile contained both source_profile and credential_source": .twoSources("A"),
        "profile missing aws_secret_access_key": .incomplete("B", needs: "aws_secret_access_key"),
        "profile missing aws_access_key_id": .incomplete("B", needs: "aws_access_key_id"),
        "profile `B` did not contain credential information": .noCredentials("B"),
        "profile `A` did not contain credential information": .noCredentials("A"),
        "could not find source profile B referenced from A": .noSourceProfile("B", of: "A"),
        "No profiles were defined": .noProfile("A"),
        "profile formed an infinite loop": .loop(["A", "B", "A"]),
        "`role_arn` was missing": .incomplete("A", needs: "role_arn"),
        "if `sso_role_name` is set, then `sso_account_id` must also be set": .incomplete("A", needs: "sso_account_id"),
        "if `sso_account_id` is set, then `sso_role_name` must also be set": .incomplete("A", needs: "sso_role_name"),
        "`sso_region` can only be specified in the [sso-session] config when a session name is given":
            .sessionProperty("sso_region", of: "A"),
        "sso-session named `oops` (referenced by profile `A`) was not found": .noSession("oops", of: "A"),
    ]

    /// ferry has no use for the account of a key.
    private static func withoutAccount(_ step: ProfileChainCase.Step) -> ProfileChainCase.Step {
        var step = step
        step.accessKey?["account_id"] = nil
        return step
    }

    private static func steps(_ chain: ProfileChain) throws -> [ProfileChainCase.Step] {
        var first = ProfileChainCase.Step()
        switch chain.source {
        case .keys(let keys):
            // A secret shows nothing: the suite's few are tried.
            let known = ["def456", "jkl123", "pqr789", "profile_b_secret"]
            let secret = try #require(known.first { keys.secretAccessKey == Secret($0) })
            first.accessKey = ["access_key_id": keys.accessKeyID, "secret_access_key": secret]
        case .named(let source):
            first.namedSource = source.rawValue
        case .webIdentity(let role):
            first.webIdentity = ["role_arn": role.arn, "web_identity_token_file": role.tokenFile]
            first.webIdentity?["role_session_name"] = role.sessionName
        case .sso(let profile):
            first.sso = ["sso_region": profile.region, "sso_start_url": profile.startURL]
            first.sso?["sso_account_id"] = profile.accountID
            first.sso?["sso_role_name"] = profile.roleName
            first.sso?["sso_session"] = profile.session
        case .process:
            Issue.record("no profile of the suite names a process")
        }
        return [first]
            + chain.roles.map { role in
                var step = ProfileChainCase.Step()
                step.assumeRole = ["role_arn": role.arn]
                step.assumeRole?["external_id"] = role.externalID
                step.assumeRole?["role_session_name"] = role.sessionName
                return step
            }
    }

    @Test(
        "What ferry cannot do, or cannot understand, is named",
        arguments: [
            ("login_session = x", ProfileChainError.unsupported("login_session", "A")),
            ("role_arn = r\nsource_profile = A\nmfa_serial = x", .unsupported("mfa_serial", "A")),
            ("role_arn = r\ncredential_source = Moon", .unknownSource("Moon", "A")),
            ("role_arn = r\ncredential_source = Environment\nduration_seconds = 899", .badDuration("A")),
            ("sso_region = us-east-1", .incomplete("A", needs: "sso_start_url")),
            ("sso_start_url = https://x", .incomplete("A", needs: "sso_region")),
        ]
    )
    func refused(properties: String, expected: ProfileChainError) throws {
        let profiles = SharedProfiles(configuration: "[profile A]\n\(properties)\n", credentials: nil)
        let error = #expect(throws: ProfileChainError.self) { try ProfileChain(profile: "A", in: profiles) }
        #expect(error == expected)
        #expect(error?.description.contains("\"A\"") == true)
    }
}
