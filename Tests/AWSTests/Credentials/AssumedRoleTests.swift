import AWS
import Foundation
import TestSupport
import Testing

@testable import SigV4

@Suite("Credentials of roles, from STS")
struct AssumedRoleTests {
    private let fixture: CredentialsFixture

    init() throws {
        fixture = try CredentialsFixture()
    }

    private func sts(
        _ handler: @escaping @Sendable (Int, [String: String]) -> [LoopbackServer.Step]
    ) throws
        -> LoopbackServer
    {
        try LoopbackServer { number, request in handler(number, request.form(request.text)) }
    }

    @Test("Roles are assumed one after another, each with the credentials of the one before")
    func chain() async throws {
        let server = try sts { number, _ in .answer(200, CredentialsAnswer.sts("AssumeRole", "ROLE\(number)")) }
        try fixture.folder.write(
            """
            [profile top]
            role_arn = arn:aws:iam::1:role/top
            source_profile = middle
            external_id = the id
            role_session_name = mySession
            duration_seconds = 900
            [profile middle]
            role_arn = arn:aws:iam::1:role/middle
            source_profile = base
            [profile base]
            aws_access_key_id = BASE
            aws_secret_access_key = b
            """,
            to: ".aws/config"
        )
        let variables = [
            "AWS_PROFILE": "top", "AWS_ENDPOINT_URL_STS": server.url, "AWS_REGION": "eu-central-1",
        ]
        #expect(try await fixture.credentials(variables) == CredentialsAnswer.credentials("ROLE1"))
        let forms = server.requests.map { $0.form($0.text) }
        #expect(forms.map { $0["RoleArn"] } == ["arn:aws:iam::1:role/middle", "arn:aws:iam::1:role/top"])
        #expect(forms.map { $0["RoleSessionName"] } == ["ferry-1800000000", "mySession"])
        #expect(forms.map { $0["ExternalId"] } == [nil, "the id"])
        #expect(forms.map { $0["DurationSeconds"] } == [nil, "900"])
        #expect(!forms.isEmpty)
        #expect(forms.allSatisfy { $0["Action"] == "AssumeRole" && $0["Version"] == "2011-06-15" })
        for (request, id) in zip(server.requests, ["BASE", "ROLE0"]) {
            let authorization = request.headers["authorization"] ?? ""
            #expect(authorization.contains("Credential=\(id)/20270115/eu-central-1/sts/aws4_request"))
        }
        #expect(server.requests.map { $0.headers["x-amz-security-token"] } == [nil, "theToken"])
        server.stop()
    }

    @Test("The first credentials of a role may come from the environment, a container or the instance")
    func namedSources() async throws {
        let server = try LoopbackServer { _, request in
            switch request.path {
            case "/": .answer(200, CredentialsAnswer.sts("AssumeRole", "ROLE"))
            case "/container": .answer(200, CredentialsAnswer.document("CONTAINER"))
            case "/latest/meta-data/iam/security-credentials/": .answer(200, "r")
            case "/latest/meta-data/iam/security-credentials/r": .answer(200, CredentialsAnswer.document("INSTANCE"))
            default: .answer(200, "t")
            }
        }
        for source in ["Environment", "EcsContainer", "Ec2InstanceMetadata"] {
            let text = "[profile p]\nrole_arn = r\ncredential_source = \(source)\n"
            try fixture.folder.write(text, to: ".aws/config")
            var variables = [
                "AWS_PROFILE": "p", "AWS_ENDPOINT_URL": server.url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/container",
            ]
            // Keys in the environment would be used before any profile.
            if source == "Environment" {
                #expect(await fixture.failure(variables).contains("Environment"))
                continue
            }
            variables["AWS_REGION"] = "us-east-1"
            #expect(try await fixture.credentials(variables).accessKeyID == "ROLE")
        }
        let signers = server.requests.filter { $0.path == "/" }.map { $0.headers["authorization"] ?? "" }
        #expect(signers.count == 2)
        #expect(zip(signers, ["CONTAINER", "INSTANCE"]).allSatisfy { $0.contains("Credential=\($1)/") })
        server.stop()
    }

    @Test(
        "A role that a caller names is assumed in its region by whoever the environment has, for as long as it allows"
    )
    func namedRole() async throws {
        let server = try sts { number, form in
            // An hour is all that a role gives to another role.
            form["DurationSeconds"] == nil
                ? .answer(200, CredentialsAnswer.sts("AssumeRole", "ROLE\(number)", end: "2027-01-15T09:00:00Z"))
                : .answer(
                    400,
                    "<ErrorResponse><Error><Code>ValidationError</Code><Message>m</Message></Error></ErrorResponse>"
                )
        }
        let variables = [
            "AWS_ACCESS_KEY_ID": "CALLER", "AWS_SECRET_ACCESS_KEY": "c", "AWS_ENDPOINT_URL_STS": server.url,
            "AWS_REGION": "us-east-1",
        ]
        let arn = "arn:aws-cn:iam::123456789012:role/ferry"
        let provider = try fixture.defaults(variables).provider(assuming: arn, region: "cn-north-1")
        #expect(try await provider.credentials() == CredentialsAnswer.credentials("ROLE1"))
        #expect(try await provider.credentials() == CredentialsAnswer.credentials("ROLE1"))
        // At half of their life they are renewed: a URL that is signed with them must last.
        fixture.time.advance(1799)
        #expect(try await provider.credentials().accessKeyID == "ROLE1")
        fixture.time.advance(2)
        #expect(try await provider.credentials().accessKeyID == "ROLE3")
        let forms = server.requests.map { $0.form($0.text) }
        #expect(forms.map { $0["DurationSeconds"] } == ["43200", nil, "43200", nil])
        #expect(!forms.isEmpty)
        #expect(forms.allSatisfy { $0["RoleArn"] == arn && $0["RoleSessionName"] == "ferry-1800000000" })
        for request in server.requests {
            let authorization = request.headers["authorization"] ?? ""
            #expect(authorization.contains("Credential=CALLER/20270115/cn-north-1/sts/aws4_request"))
        }
        server.stop()
    }

    @Test("A role that may not be assumed is an error that names it; it is not asked for a shorter session")
    func refusedRole() async throws {
        let server = try sts { _, _ in
            .answer(
                403,
                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>m</Message></Error></ErrorResponse>"
            )
        }
        let variables = [
            "AWS_ACCESS_KEY_ID": "CALLER", "AWS_SECRET_ACCESS_KEY": "theSecret", "AWS_ENDPOINT_URL": server.url,
        ]
        let provider = try fixture.defaults(variables).provider(assuming: "arn:aws:iam::1:role/x", region: "us-east-1")
        let error = await #expect(throws: CredentialsError.self) { try await provider.credentials() }
        let text = error?.description ?? ""
        for part in ["arn:aws:iam::1:role/x", "AccessDenied"] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(!text.contains("theSecret") && server.requests.count == 1)
        server.stop()
    }

    @Test("A web identity's token goes to STS unsigned, read anew each time, of the environment or a profile")
    func webIdentity() async throws {
        let server = try sts { number, _ in
            let end = "2027-01-15T08:0\(number + 1):00Z"
            return .answer(200, CredentialsAnswer.sts("AssumeRoleWithWebIdentity", "WEB\(number)", end: end))
        }
        let file = try fixture.folder.write("token one\n", to: "token")
        let provider = try fixture.provider([
            "AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": "theRole", "AWS_ROLE_SESSION_NAME": "s",
            "AWS_ENDPOINT_URL_STS": server.url,
        ])
        #expect(try await provider.credentials().accessKeyID == "WEB0")
        try fixture.folder.write("token two", to: "token")
        fixture.time.advance(61)
        #expect(try await provider.credentials().accessKeyID == "WEB1")
        let text = "[profile p]\nrole_arn = profileRole\nweb_identity_token_file = \(file)\n"
        try fixture.folder.write(text, to: ".aws/config")
        let profile = ["AWS_PROFILE": "p", "AWS_ENDPOINT_URL_STS": server.url]
        #expect(try await fixture.credentials(profile).accessKeyID == "WEB2")

        let forms = server.requests.map { $0.form($0.text) }
        #expect(forms.map { $0["WebIdentityToken"] } == ["token one", "token two", "token two"])
        #expect(forms.map { $0["RoleArn"] } == ["theRole", "theRole", "profileRole"])
        #expect(forms.map { $0["RoleSessionName"] } == ["s", "s", "ferry-1800000061"])
        #expect(forms.map { $0["DurationSeconds"] } == ["43200", "43200", "43200"])
        #expect(!server.requests.isEmpty)
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == nil })
        server.stop()
    }

    @Test("A web identity's session is as long as the role allows, and is renewed at half of its life")
    func longWebIdentitySession() async throws {
        let server = try sts { number, form in
            guard form["DurationSeconds"] == nil else {
                let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
                return .answer(
                    400,
                    "<ErrorResponse><Error><Code>ValidationError</Code><Message>\(message)</Message></Error></ErrorResponse>"
                )
            }
            let end = "2027-01-15T\(number < 2 ? "09:00" : "09:30"):00Z"
            return .answer(200, CredentialsAnswer.sts("AssumeRoleWithWebIdentity", "WEB\(number)", end: end))
        }
        let file = try fixture.folder.write("theToken", to: "token")
        let provider = try fixture.provider([
            "AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": "theRole", "AWS_ENDPOINT_URL_STS": server.url,
        ])
        for (wait, id) in [(0, "WEB1"), (1799, "WEB1"), (1, "WEB3")] as [(Int64, String)] {
            fixture.time.advance(wait)
            #expect(try await provider.credentials().accessKeyID == id)
        }
        let durations = server.requests.map { $0.form($0.text)["DurationSeconds"] }
        #expect(durations == ["43200", nil, "43200", nil])
        server.stop()
    }

    @Test("What STS refuses is an error that names the role; what may pass is asked again")
    func failures() async throws {
        let server = try sts { number, _ in
            let code = number == 0 ? "IDPCommunicationError" : "AccessDenied"
            return .answer(
                number == 0 ? 400 : 403,
                "<ErrorResponse><Error><Code>\(code)</Code><Message>m</Message></Error><RequestId>r-7</RequestId></ErrorResponse>"
            )
        }
        let file = try fixture.folder.write("theToken", to: "token")
        let variables = [
            "AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": "theRole", "AWS_ENDPOINT_URL_STS": server.url,
        ]
        let text = await fixture.failure(variables)
        for part in ["theRole", "AccessDenied", "r-7", file] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(!text.contains("theToken"))
        #expect(server.requests.count == 2)
        #expect(await fixture.failure(["AWS_WEB_IDENTITY_TOKEN_FILE": file]).contains("AWS_ROLE_ARN"))
        server.stop()
    }
}
