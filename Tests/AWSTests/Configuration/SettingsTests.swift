import Foundation
import TestSupport
import Testing

@testable import AWS
@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// Every setting whose value is a key, a path, a URL or a region, where it enters.
@Suite("Values of settings")
struct SettingsTests {
    /// What is no value of a form. Each must lead to an error that names the setting.
    private static let wrong: [SettingForm: [String]] = [
        .key: ["AKID\n", "AK ID", "AK\rID", "\tAKID", "AKÍD", "\"AKID\"", "'AKID'", "AKID\u{7F}"],
        .headerField: ["Basic abc\r\nX-Evil: 1", "abc\n", "tökén"],
        .region: [
            "us-east-1a", "eu-central-1b", "us-west-2-lax-1a", "us-east-1-wl1-bos-wlz-1a", "use1-az1", "usw2-lax1-az1",
            "evil.example.com/", "evil.example.com", "us-east-1/", "us east 1", "us-east-1\n", "-us-east-1",
            "us-east-1-",
            "us-east-1#", "us-east-1@evil.example", "US-EAST-1", "us_east_1", "https://ec2.us-east-1.amazonaws.com",
            "ü",
            String(repeating: "a", count: 64),
        ],
        .url: wrongURLs + ["https://h/?q", "https://h/#f"],
        .urlWithQuery: wrongURLs,
        .urlPath: ["v2/credentials", "/v2 x", "/v2\r\nHost: evil", "/ü", "http://169.254.170.2/v2"],
        .path: ["/a\nb", "/a\u{0}b", "~nobody-has-this-name/x"],
    ]
    private static let wrongURLs = [
        "127.0.0.1:9000", "example.com", "localhost:4566/path", "ftp://example.com", "//example.com",
        "http:/example.com",
        "http:example.com", "https://", "https:///path", "http://:80", "https://user:pw@example.com", "https://h:99999",
        "https://h:0", "https://h:x", "https://exa mple.com", "https://example.com\n", "https://exämple.com",
        "https://a..b", "https://[::1", "https://[zz]/", "https://a_b<c", "file:///etc/passwd", "s3://bucket",
    ]

    /// What each setting is when it is right.
    private static let right: [SettingForm: [String]] = [
        .key: ["AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=="],
        .headerField: ["Basic abc"],
        .region: ["us-east-1", "us-gov-west-1", "eusc-de-east-1", "local", "RegionOne", "aws-global", "garage", "r"],
        .url: [
            "http://127.0.0.1:9000", "HTTPS://Example.com/base/", "http://[::1]:4566", "http://my_host", "https://h.",
        ],
        .urlWithQuery: ["https://d-1.awsapps.com/start#/", "http://127.0.0.1:1/x?y=z"],
        .urlPath: ["/v2/credentials/id?a=b"],
        .path: ["/a b", "relative/ü", "~/x"],
    ]

    /// How ferry reads each setting of these forms, with the environment or a profile that has it. A setting that is not
    /// here has no test, and ``completeness()`` fails.
    private static let readers: [AWSSetting: @Sendable (AWSEnvironment) throws -> String?] = {
        let keys: @Sendable (AWSEnvironment) throws -> AWSCredentials? = { environment in
            switch try CredentialsChoice(environment).source {
            case .environment(let keys): keys
            case .profile(let chain): if case .keys(let keys) = chain.source { keys } else { nil }
            case .webIdentity, .container, .instance: nil
            }
        }
        let container: @Sendable (AWSEnvironment) throws -> ContainerCredentials = {
            try ContainerCredentials($0, transport: HTTPTransport())
        }
        let webIdentity: @Sendable (AWSEnvironment) throws -> WebIdentityRole? = {
            if case .webIdentity(let role, _) = try CredentialsChoice($0).source { role } else { nil }
        }
        let sso: @Sendable (AWSEnvironment) throws -> SSOProfile? = {
            guard case .profile(let chain) = try CredentialsChoice($0).source, case .sso(let sso) = chain.source else {
                return nil
            }
            return sso
        }
        return [
            .accessKeyID: { try keys($0)?.accessKeyID },
            .secretAccessKey: { try keys($0)?.secretAccessKey.text },
            .sessionToken: { try keys($0)?.sessionToken?.text },
            .securityToken: { try keys($0)?.sessionToken?.text },
            .region: { try $0.region },
            .defaultRegion: { try $0.region },
            .ssoRegion: { try sso($0)?.region },
            .ssoStartURL: { try sso($0)?.startURL },
            .configurationFile: { try SharedFiles.configurationPath($0) },
            .credentialsFile: { try SharedFiles.credentialsPath($0) },
            .certificates: { try $0.certificates },
            .home: { try SharedFiles.configurationPath($0).map { String($0.dropLast("/.aws/config".count)) } },
            .webIdentityTokenFile: { try webIdentity($0)?.tokenFile },
            .containerRelativeURI: { try container($0).url.replacing("http://169.254.170.2", with: "") },
            .containerFullURI: { try container($0).url },
            .containerToken: { try container($0).token?.text },
            .containerTokenFile: { try container($0).tokenFile },
            .metadataEndpoint: { try InstanceCredentials($0, transport: HTTPTransport()).base },
            .endpoint: { try $0.endpoint(of: .ec2, region: "r").url },
            .ec2Endpoint: { try $0.endpoint(of: .ec2, region: "r").url },
            .s3Endpoint: { try $0.endpoint(of: .s3, region: "r").url },
            .stsEndpoint: { try $0.endpoint(of: .sts, region: "r").url },
            .ssoEndpoint: { try $0.endpoint(of: .sso, region: "r").url },
            .ssoOIDCEndpoint: { try $0.endpoint(of: .ssoOIDC, region: "r").url },
        ]
    }()

    /// The settings that go with one, so that it is used.
    private static let companions: [AWSSetting: [AWSSetting: String]] = [
        .accessKeyID: [.secretAccessKey: "s"], .secretAccessKey: [.accessKeyID: "A"],
        .sessionToken: [.accessKeyID: "A", .secretAccessKey: "s"],
        .securityToken: [.accessKeyID: "A", .secretAccessKey: "s"],
        .webIdentityTokenFile: [.roleARN: "arn"],
        .containerToken: [.containerRelativeURI: "/c"], .containerTokenFile: [.containerRelativeURI: "/c"],
        .ssoRegion: [.ssoStartURL: "https://h", .ssoAccountID: "1", .ssoRoleName: "r"],
        .ssoStartURL: [.ssoRegion: "us-east-1", .ssoAccountID: "1", .ssoRoleName: "r"],
    ]

    private static let checked = AWSSetting.allCases.filter { wrong[$0.form] != nil }
    private static let home = "/home/of/test"

    /// An environment in which a variable has a value.
    private static func environment(_ setting: AWSSetting, _ value: String) -> AWSEnvironment? {
        guard let name = setting.variable else { return nil }
        var variables = ["HOME": home]
        for (companion, value) in companions[setting] ?? [:] { variables[companion.variable ?? ""] = value }
        variables[name] = value
        return AWSEnvironment(variables)
    }

    /// An environment in which a profile's property has a value; the property is in line 2.
    private static func profile(_ setting: AWSSetting, _ value: String) -> AWSEnvironment? {
        guard let name = setting.property else { return nil }
        var text = "[profile p]\n\(name) = \(value)\n"
        for (companion, value) in companions[setting] ?? [:] { text += "\(companion.property ?? "") = \(value)\n" }
        let file = SharedFile(path: "/home/config", bytes: Array(text.utf8))
        let profiles = SharedProfiles(configuration: file, credentials: nil)
        return AWSEnvironment(["HOME": home, "AWS_PROFILE": "p"], profiles: profiles)
    }

    @Test("the table has every setting that is a key, a path, a URL or a region")
    func completeness() {
        #expect(Set(Self.readers.keys) == Set(Self.checked))
        #expect(Set(Self.wrong.keys) == Set(Self.right.keys))
        #expect(Self.checked.count == 24)
    }

    @Test("A value of another form is an error that names the variable, and shows no key", arguments: checked)
    func wrongVariable(_ setting: AWSSetting) throws {
        let read = try #require(Self.readers[setting])
        for value in Self.wrong[setting.form] ?? [] {
            guard let environment = Self.environment(setting, value) else { continue }
            let text = Self.failure { try read(environment) }
            #expect(text.contains(setting.variable ?? "?"), "\(value.debugDescription): \(text)")
            #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 })
            if setting.form == .key || setting.form == .headerField { #expect(!text.contains(value)) }
        }
    }

    @Test("A value of another form is an error that names file, line, property and profile", arguments: checked)
    func wrongProperty(_ setting: AWSSetting) throws {
        let read = try #require(Self.readers[setting])
        // White space at the ends of a value is no part of it in a file.
        for value in Self.wrong[setting.form] ?? [] where value == value.trimmingCharacters(in: .whitespacesAndNewlines)
        {
            // A line break ends the property.
            guard !value.contains(where: \.isNewline), let environment = Self.profile(setting, value) else { continue }
            let text = Self.failure { try read(environment) }
            let place = "/home/config:2: \(setting.property ?? "?") of profile \"p\""
            #expect(text.contains(place), "\(value.debugDescription): \(text)")
            if setting.form == .key { #expect(!text.contains(value)) }
        }
    }

    @Test("A value of its form is read, and in each path the home folder stands for ~", arguments: checked)
    func rightValue(_ setting: AWSSetting) throws {
        let read = try #require(Self.readers[setting])
        for value in Self.right[setting.form] ?? [] {
            // A host that is not this machine's may give credentials by TLS only.
            let isStranger = setting == .containerFullURI && !value.contains("127.0.0.1") && !value.hasPrefix("https:")
            guard !isStranger else { continue }
            let isSlashed = setting.form == .url && value.hasSuffix("/")
            let expected = setting.form == .path && value.hasPrefix("~") ? Self.home + value.dropFirst() : value
            for environment in [Self.environment(setting, value), Self.profile(setting, value)].compactMap(\.self) {
                // Of HOME itself nothing can stand for ~.
                guard setting != .home || !value.hasPrefix("~") else { continue }
                #expect(try read(environment) == (isSlashed ? String(expected.dropLast()) : expected), "\(value)")
            }
        }
    }

    @Test("~ alone and ~NAME are home folders too; without one the error names the setting")
    func home() throws {
        #expect(try AWSEnvironment(["HOME": "/h", "AWS_CA_BUNDLE": "~"]).certificates == "/h")
        #expect(try AWSEnvironment(["HOME": "/h", "AWS_CA_BUNDLE": "~root/x"]).certificates?.hasSuffix("/x") == true)
        #expect(try AWSEnvironment(["HOME": "/h", "AWS_CA_BUNDLE": "~root/x"]).certificates?.hasPrefix("~") == false)
        #expect(try AWSEnvironment(["AWS_CA_BUNDLE": "a~/x"]).certificates == "a~/x")
        let text = Self.failure { try AWSEnvironment(["AWS_CA_BUNDLE": "~/x"]).certificates }
        #expect(text.contains("AWS_CA_BUNDLE") && text.contains("HOME is not set"))
    }

    @Test("An endpoint in a services section is checked too")
    func services() {
        let text = "[default]\nservices = local\n[services local]\ns3 =\n  endpoint_url = 127.0.0.1:9000\n"
        let file = SharedFile(path: "/c", bytes: Array(text.utf8))
        let environment = AWSEnvironment([:], profiles: SharedProfiles(configuration: file, credentials: nil))
        let failure = Self.failure { try environment.endpoint(of: .s3, region: "r").url }
        #expect(failure.contains("/c:4: s3 of section [services local]: endpoint_url is \"127.0.0.1:9000\""))
    }

    @Test("A value that is not in use harms nobody")
    func unused() throws {
        let variables = [
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "x",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": "x", "AWS_ENDPOINT_URL_SSO": "x", "AWS_DEFAULT_REGION": "us-east-1a",
            "AWS_REGION": "us-east-1",
        ]
        let environment = AWSEnvironment(variables)
        #expect(try EnvironmentCredentials.read(environment) != nil)
        #expect(try environment.region == "us-east-1")
        #expect(try environment.endpoint(of: .ec2, region: "us-east-1").isAWS)
    }

    @Test("Every variable that the sources name is a setting, and is read through the table")
    func sources() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        let known = Set(AWSSetting.allCases.compactMap(\.variable))
        var (found, literals): (Set<String>, [String]) = ([], [])
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            let code = text.split(separator: "\n").filter { !$0.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") }
                .joined(separator: "\n")
            for match in code.matches(of: /\b(?:AWS_[A-Z0-9_]*[A-Z0-9]|FERRY_PATIENCE)\b/) {
                found.insert(String(match.0))
            }
            // A variable's name alone in quotation marks is read, not mentioned.
            for match in code.matches(of: /"((?:AWS|FERRY)_[A-Z0-9_]+)"/) {
                literals.append("\(file.lastPathComponent): \(match.1)")
            }
        }
        #expect(files.count > 300)
        #expect(found.subtracting(known).isEmpty)
        #expect(known.subtracting(found).subtracting(["HOME"]).isEmpty)
        let elsewhere = literals.filter { !$0.hasPrefix("AWSSetting.swift: ") }
        #expect(Set(elsewhere) == Self.literals)
    }

    /// The names of variables in quotation marks outside of the table, with the reason for each.
    private static let literals: Set = [
        // The name in messages of the setting that was read through the table.
        "CredentialsChoice.swift: AWS_WEB_IDENTITY_TOKEN_FILE",
        "CredentialsChoice.swift: AWS_ACCESS_KEY_ID", "CredentialsChoice.swift: AWS_DEFAULT_PROFILE",
        // The sandbox's own environment, which no user sets.
        "EmbeddedSandbox.swift: AWS_ENDPOINT_URL",
    ]

    private static func failure(_ body: () throws -> String?) -> String {
        do {
            return "no error, but \(try body() ?? "nil")"
        } catch {
            return "\(error)"
        }
    }
}
