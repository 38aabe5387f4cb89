import AWS
import Foundation
import Testing

/// A case of `Suites/shared-config/profile-parser-tests.json`.
struct ProfileCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Input: Decodable, Sendable {
        let configFile: String?
        let credentialsFile: String?
    }

    struct Output: Decodable, Sendable {
        struct Config: Decodable, Sendable {
            let profiles: [String: [String: String]]
        }

        let config: Config?
        let errorContaining: String?
    }

    private struct File: Decodable {
        let tests: [ProfileCase]
    }

    let name: String
    let input: Input
    let output: Output

    var testDescription: String { name }

    static let all: [ProfileCase] = {
        let folder = "Suites/shared-config"
        guard
            let url = Bundle.module.url(
                forResource: "profile-parser-tests",
                withExtension: "json",
                subdirectory: folder
            ),
            let file = try? JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        else {
            Issue.record("\(folder)/profile-parser-tests.json cannot be read")
            return []
        }
        return file.tests
    }()
}

@Suite("Profiles of the shared files")
struct SharedProfilesTests {
    @Test("the suite is whole")
    func count() {
        #expect(ProfileCase.all.count == 65)
    }

    /// The cases of the suite in which botocore, and so the AWS CLI, reads something else than the AWS SDKs, with what it
    /// reads, or would if it did not reject the file. ferry follows botocore.
    private static let ofBotocore: [String: [String: [String: String]]] = [
        // A name may have any character.
        "Profile names support alphanumeric characters and - / . % @ _ : +": [
            "some-thing:long/the_one%only.foo@bar+": [:], "foo!bar": [:],
        ],
        "Invalid property names are ignored.": ["foo": ["in valid": "value"]],
        // A section of the credentials file is a profile, whatever its name.
        "Invalid profile names are ignored.": ["in valid 2": ["name2": "value2"]],
        "Credentials profiles with prefix are ignored.": ["profile foo": ["name": "value"]],
        "profile name with extra whitespace in credentials": ["foo": ["name": "value"], "profile bar": [:]],
        // A colon separates like an equals sign.
        "Property definitions must contain an equals sign.": ["foo": ["key": "value"]],
        // The last section of a profile counts, with the prefix or without.
        "Default profile with profile prefix overrides default profile without prefix when profile prefix is first.": [
            "default": ["name2": "value2"]
        ],
        "Default profiles with mixed prefixes in the config file ignore the one without prefix when merging.": [
            "default": ["name2": "value2"]
        ],
        "Default profiles with mixed prefixes merge with credentials": [
            "default": ["name2": "value2", "secret": "foo"]
        ],
        // An indented block keeps its empty lines, and may have an empty name.
        "Sub-properties can have blank lines that are ignored": [
            "foo": ["s3": "\nname = value\n\nname2 = value2"]
        ],
        "Sub-property definitions cannot have an empty name.": ["foo": ["s3": "\n= value"]],
    ]

    @Test("Each file of the suite gives its profiles, and a line that is wrong is reported", arguments: ProfileCase.all)
    func suite(_ example: ProfileCase) {
        let profiles = SharedProfiles(
            configuration: example.input.configFile,
            credentials: example.input.credentialsFile
        )
        guard let expected = Self.ofBotocore[example.name] ?? example.output.config?.profiles else {
            #expect(!profiles.problems.isEmpty)
            return
        }
        #expect(profiles.names == expected.keys.sorted())
        for (name, properties) in expected { #expect(profiles.profile(name)?.values == properties) }
    }

    @Test("the exceptions from the suite are cases of it")
    func exceptions() {
        #expect(Self.ofBotocore.keys.allSatisfy { name in ProfileCase.all.contains { $0.name == name } })
    }

    @Test(
        "One unusual section leaves the others readable, and is reported with file, line, profile, and what the AWS CLI does",
        arguments: [
            ("region us-east-1", 5, SharedFileProblem.Reason.withoutDelimiter), ("= AKIDSECRET", 5, .withoutName),
            ("s3 =\n  AKIDSECRET", 6, .nestedWithoutEquals), ("a = 1\na = AKIDSECRET", 6, .duplicateProperty),
            ("a = AKIDSECRET # comment", 5, .inlineComment), ("[profile good]\na = b", 5, .duplicateSection),
            ("[profile \"good\"]\nregion = eu-west-1", 5, .replacedSection),
            ("[other:x", 5, .sectionLikeProperty),
        ]
    )
    func problem(text: String, line: Int, reason: SharedFileProblem.Reason) throws {
        let configuration =
            "[profile good]\nregion = eu-west-1\n\n[profile odd]\n\(text)\n\n[profile last]\noutput = json\n"
        let file = SharedFile(path: "/home/config", bytes: Array(configuration.utf8))
        let profiles = SharedProfiles(configuration: file, credentials: nil)
        #expect(profiles.profile("good")?["region"] == "eu-west-1")
        #expect(profiles.profile("last")?["output"] == "json")
        let problem = try #require(profiles.problems.first)
        #expect(profiles.problems.count == 1)
        #expect(problem.reason == reason)
        #expect(problem.description.hasPrefix("/home/config:\(line): "))
        #expect(problem.description.contains("the AWS CLI"))
        #expect(problem.description.contains("profile \""))
        #expect(!problem.description.contains("AKIDSECRET"))
    }

    @Test("A section without a bracket gives its properties to no other, and its profile can't be used")
    func withoutBracket() throws {
        let text = "[profile good]\nregion = eu-west-1\n[profile dev # x\nregion = us-east-1\noutput = json\n"
        let profiles = SharedProfiles(configuration: text, credentials: nil)
        #expect(profiles.names == ["good"])
        #expect(profiles.profile("good")?.values == ["region": "eu-west-1"])
        #expect(profiles.problems.map(\.reason) == [.sectionWithoutBracket])
    }

    @Test("Indented properties, quoted names, a byte order mark and old Latin text are read")
    func unusualFiles() throws {
        let lines = [
            "\u{FEFF}[default]", "  region = eu-west-1", "  output = json", "[profile \"dev Admin\"]",
            "\tregion: us-east-1",
        ]
        var bytes = lines.flatMap { Array("\($0)\r\n".utf8) }
        bytes += Array("# caf".utf8) + [0xE9, 0x0A] + Array("[profile b]\nregion=us-west-2".utf8)
        let profiles = SharedProfiles(configuration: SharedFile(bytes: bytes), credentials: nil)
        #expect(profiles.profile("default")?.values == ["region": "eu-west-1", "output": "json"])
        #expect(profiles.profile("dev Admin")?.values == ["region": "us-east-1"])
        #expect(profiles.profile("b")?.values == ["region": "us-west-2"])
        #expect(profiles.problems.map(\.reason) == [.byteOrderMark, .invalidUTF8])
    }

    @Test("A profile with a line that can't be read is an error that names it; another profile is not concerned")
    func damage() throws {
        let text = """
            [profile odd]
            aws_access_key_id A
            [profile good]
            aws_access_key_id = A
            aws_secret_access_key = s
            """
        let profiles = SharedProfiles(configuration: text, credentials: nil)
        #expect(throws: Never.self) { try ProfileChain(profile: "good", in: profiles) }
        let error = #expect(throws: ProfileChainError.self) { try ProfileChain(profile: "odd", in: profiles) }
        let description = try #require(error?.description)
        for part in ["config:2: ", "profile \"odd\"", "the AWS CLI rejects the whole file"] {
            #expect(description.contains(part))
        }
    }
}
