import AWS
import Foundation
import TestSupport
import Testing

@testable import SigV4
@testable import WireEncoding

@Suite("Where credentials are found")
struct DefaultCredentialsTests {
    private let fixture: CredentialsFixture
    private var folder: TemporaryDirectory { fixture.folder }

    init() throws {
        fixture = try CredentialsFixture()
    }

    private func credentials(_ environment: [String: String]) async throws -> AWSCredentials {
        try await fixture.credentials(environment)
    }

    private func failure(_ environment: [String: String]) async -> String {
        await fixture.failure(environment)
    }

    @Test("The environment comes first")
    func environment() async throws {
        try folder.write("[default]\naws_access_key_id = F\naws_secret_access_key = f\n", to: ".aws/credentials")
        let variables = ["AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "e", "AWS_SESSION_TOKEN": "t"]
        let expected = AWSCredentials(accessKeyID: "E", secretAccessKey: Secret("e"), sessionToken: Secret("t"))
        #expect(try await credentials(variables) == expected)
        #expect(try await credentials([:]).accessKeyID == "F")
    }

    @Test("The older name of the token, and the end of the keys, are read too")
    func older() async throws {
        var variables = [
            "AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "e", "AWS_SECURITY_TOKEN": "t",
            "AWS_CREDENTIAL_EXPIRATION": "2027-01-15T09:00:00UTC",
        ]
        let found = try await credentials(variables)
        #expect(found.sessionToken == Secret("t"))
        #expect(try found.expiration == CredentialsAnswer.credentials("E").expiration)
        variables["AWS_CREDENTIAL_EXPIRATION"] = "soon"
        #expect(await failure(variables).contains("AWS_CREDENTIAL_EXPIRATION is \"soon\""))
    }

    @Test(
        "Half of a key is an error, not a reason to look elsewhere",
        arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    )
    func half(name: String) async throws {
        try folder.write("[default]\naws_access_key_id = F\naws_secret_access_key = f\n", to: ".aws/credentials")
        #expect(await failure([name: "theText"]).contains("set both"))
        #expect(await failure([name: "theText"]).contains("theText") == false)
    }

    @Test("Keys may be in either file, of the profile that is named, the credentials file first")
    func files() async throws {
        try folder.write("[other]\naws_secret_access_key = s\naws_access_key_id = C\n", to: ".aws/credentials")
        try folder.write(
            """
            [profile other]
            aws_access_key_id = X
            region = eu-west-1
            [profile third]
            aws_access_key_id = T
            aws_secret_access_key = t
            aws_session_token = u
            """,
            to: ".aws/config"
        )
        #expect(try await credentials(["AWS_PROFILE": "other"]).accessKeyID == "C")
        let expected = AWSCredentials(accessKeyID: "T", secretAccessKey: Secret("t"), sessionToken: Secret("u"))
        #expect(try await credentials(["AWS_PROFILE": "third"]) == expected)
    }

    @Test("Files may be elsewhere")
    func elsewhere() async throws {
        let path = try folder.write("[default]\naws_access_key_id = F\naws_secret_access_key = f\n", to: "some/file")
        #expect(try await credentials(["AWS_SHARED_CREDENTIALS_FILE": path]).accessKeyID == "F")
        #expect(try await credentials(["AWS_SHARED_CREDENTIALS_FILE": "~/some/file"]).accessKeyID == "F")
    }

    @Test("Without any, the error names every place, and what to do")
    func nowhere() async throws {
        let text = await failure(["AWS_PROFILE": "mine"])
        for part in ["AWS_ACCESS_KEY_ID", "\"mine\"", "/.aws/credentials", "/.aws/config", "--sandbox"] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        #expect(await failure(["HOME": ""]).contains("HOME is not set"))
    }

    @Test("A source that ferry does not have is named, with a way around")
    func unsupported() async throws {
        try folder.write("[default]\nlogin_session = theValue\n", to: ".aws/config")
        let text = await failure([:])
        #expect(text.contains("login_session"))
        #expect(text.contains("export-credentials"))
        #expect(!text.contains("theValue"))
    }

    @Test("A profile that leads nowhere is an error, not a reason to look elsewhere")
    func brokenProfile() async throws {
        try folder.write("[profile p]\nrole_arn = r\nsource_profile = none\n", to: ".aws/config")
        let text = await failure(["AWS_PROFILE": "p", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/"])
        #expect(text.contains("\"none\""))
        #expect(text.contains("/.aws/config"))
    }

    @Test("A web identity comes before a profile, and a profile before a container")
    func order() async throws {
        try folder.write("[default]\naws_access_key_id = F\naws_secret_access_key = f\n", to: ".aws/credentials")
        var variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/"]
        #expect(try await credentials(variables).accessKeyID == "F")
        variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = folder.path("none")
        variables["AWS_ROLE_ARN"] = "r"
        #expect(await failure(variables).contains(folder.path("none")))
    }

    @Test("A file that is damaged, too long or no file is an error that names it, and not its text")
    func damaged() async throws {
        try folder.write("[default]\naws_secret_access_key theSecret\n", to: ".aws/credentials")
        #expect(await failure([:]).contains(".aws/credentials:2: "))
        #expect(await failure([:]).contains("theSecret") == false)
        try folder.write(String(repeating: "# filler\n", count: 200_000), to: "long")
        #expect(await failure(["AWS_SHARED_CREDENTIALS_FILE": folder.path("long")]).contains("longer than 1 MiB"))
        #expect(await failure(["AWS_SHARED_CREDENTIALS_FILE": folder.path]).contains("cannot be read"))
    }
}
