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

    @Test("Each file of the suite gives its profiles, or is refused", arguments: ProfileCase.all)
    func suite(_ example: ProfileCase) {
        let read = { () throws(SharedProfileError) in
            try SharedProfiles(configuration: example.input.configFile, credentials: example.input.credentialsFile)
        }
        guard let expected = example.output.config?.profiles else {
            #expect(throws: SharedProfileError.self) { try read() }
            return
        }
        #expect(throws: Never.self) {
            let profiles = try read()
            #expect(profiles.names == expected.keys.sorted())
            for (name, properties) in expected { #expect(profiles.profile(name) == properties) }
        }
    }

    @Test("An error names the file and the line, and shows nothing of it")
    func error() {
        let error = #expect(throws: SharedProfileError.self) {
            try SharedProfiles(configuration: "[default]\r\nregion = x\r\n", credentials: "\n[default]\nAKIDSECRET")
        }
        #expect(error?.file == .credentials)
        #expect(error?.line == 3)
        #expect(error?.reason.rawValue.contains("AKIDSECRET") == false)
    }
}
