import AWS
import Foundation
import TestSupport
import Testing

@testable import SigV4

/// A case of `Suites/credentials/ecs-tests.json`.
struct ContainerCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Result: Decodable, Sendable {
        private enum CodingKeys: String, CodingKey {
            case url = "Ok"
            case error = "ErrorContains"
        }

        let url: String?
        let error: String?
    }

    private struct File: Decodable {
        let tests: [ContainerCase]
    }

    let docs: String
    let env: [String: String]
    let result: Result

    var testDescription: String { docs }

    static let all: [ContainerCase] = {
        let folder = "Suites/credentials"
        guard let url = Bundle.module.url(forResource: "ecs-tests", withExtension: "json", subdirectory: folder),
            let file = try? JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        else {
            Issue.record("\(folder)/ecs-tests.json cannot be read")
            return []
        }
        return file.tests
    }()
}

@Suite("Credentials of a container")
struct ContainerCredentialsTests {
    private let fixture: CredentialsFixture

    init() throws {
        fixture = try CredentialsFixture()
    }

    private func url(_ variables: [String: String]) throws -> String {
        try ContainerCredentials(AWSEnvironment(variables), transport: fixture.transport).url
    }

    @Test("the suite is whole")
    func count() {
        #expect(ContainerCase.all.count == 11)
    }

    @Test("Each environment of the suite leads to its address, or is refused", arguments: ContainerCase.all)
    func suite(_ example: ContainerCase) throws {
        guard let expected = example.result.url else {
            #expect(throws: CredentialsError.self) { try url(example.env) }
            return
        }
        #expect(try url(example.env) == expected)
    }

    @Test(
        "A stranger is not asked without TLS",
        arguments: ["http://192.168.1.1/c", "http://127.0.0.1.example.com/c", "http://127.1/c", "ftp://127.0.0.1/c"]
    )
    func stranger(url: String) {
        let error = #expect(throws: CredentialsError.self) {
            try self.url(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])
        }
        #expect(error?.description.contains("AWS_CONTAINER_CREDENTIALS_FULL_URI") == true)
    }

    @Test("The agent is asked with the token of the file, read anew each time")
    func agent() async throws {
        let server = try LoopbackServer { number, _ in
            .answer(200, CredentialsAnswer.document("ID\(number)", end: "2027-01-15T08:0\(number + 1):00Z"))
        }
        let file = try fixture.folder.write("first", to: "token")
        let provider = try fixture.provider([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/v1/credentials?a=1",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "other", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file,
        ])
        #expect(
            try await provider.credentials() == CredentialsAnswer.credentials("ID0", end: "2027-01-15T08:01:00Z")
        )
        try fixture.folder.write("second\n", to: "token")
        fixture.time.advance(61)
        #expect(try await provider.credentials().accessKeyID == "ID1")
        #expect(server.requests.map { $0.headers["authorization"] } == ["first", "second"])
        #expect(server.requests.map(\.target) == Array(repeating: "/v1/credentials?a=1", count: 2))
        server.stop()
    }

    @Test("What passes is tried again, what does not is an error without secrets")
    func failures() async throws {
        let server = try LoopbackServer { number, _ in
            switch number {
            case 0: [.reset]
            case 1: .answer(500)
            case 2: .answer(200, CredentialsAnswer.document("ID"))
            case 3: .answer(400, #"{"Code":"AccessDenied","Message":"no such role"}"#)
            default: .answer(200, #"{"AccessKeyId":"ID","SecretAccessKey":"theSecret","Expiration":"soon"}"#)
            }
        }
        let variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/c"]
        #expect(try await fixture.credentials(variables).accessKeyID == "ID")
        let refusal = await fixture.failure(variables)
        #expect(refusal.contains("AccessDenied: no such role"))
        let damaged = await fixture.failure(variables)
        #expect(damaged.contains("Expiration"))
        #expect(!damaged.contains("theSecret"))
        let missing = variables.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": fixture.folder.path("none")]) { $1 }
        #expect(await fixture.failure(missing).contains("it is not there"))
        #expect(server.requests.count == 5)
        server.stop()
    }
}
