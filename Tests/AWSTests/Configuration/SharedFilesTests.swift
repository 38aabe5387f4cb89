import AWS
import Foundation
import Testing

/// A case of `Suites/shared-config/file-location-tests.json`.
struct LocationCase: Decodable, Sendable, CustomTestStringConvertible {
    private struct File: Decodable {
        let tests: [LocationCase]
    }

    let name: String
    let environment: [String: String]
    let platform: String
    let configLocation: String
    let credentialsLocation: String

    var testDescription: String { name }

    static let all: [LocationCase] = {
        let folder = "Suites/shared-config"
        guard
            let url = Bundle.module.url(
                forResource: "file-location-tests",
                withExtension: "json",
                subdirectory: folder
            ),
            let file = try? JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        else {
            Issue.record("\(folder)/file-location-tests.json cannot be read")
            return []
        }
        return file.tests
    }()
}

@Suite("Where the shared files are")
struct SharedFilesTests {
    @Test("the suite is whole")
    func count() {
        #expect(LocationCase.all.count == 9)
    }

    // The others say where they are on Windows, where ferry does not run.
    @Test("Each case of the suite for this platform", arguments: LocationCase.all.filter { $0.platform != "windows" })
    func suite(_ example: LocationCase) throws {
        let environment = AWSEnvironment(example.environment)
        #expect(try SharedFiles.configurationPath(environment) == example.configLocation)
        #expect(try SharedFiles.credentialsPath(environment) == example.credentialsLocation)
    }
}
