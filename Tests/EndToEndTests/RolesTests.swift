import Foundation
import TestSupport
import Testing

/// Migration manifests that name roles, with the sandbox for EC2 and S3 and a server of the test's own for STS.
///
/// The sandbox does not know the caller's keys: what is done there is done with what STS gave.
@Suite("Roles")
struct RolesTests {
    private static let arn = "arn:aws:iam::123456789012:role/"

    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func ferry(_ arguments: String..., environment: [String: String]) async throws -> Command {
        try await Command.run([Workspace.ferry] + arguments, in: folder.path, environment: environment)
    }

    /// An STS that lets `CALLER` assume the roles `one` and `two`, and gives the sandbox's keys for them.
    private func sts() throws -> LoopbackServer {
        try LoopbackServer { _, request in
            let form = request.form(request.text)
            let isCaller = request.headers["authorization"]?.contains("Credential=CALLER/") == true
            guard isCaller, form["Action"] == "AssumeRole", let role = form["RoleArn"], role.hasPrefix(Self.arn),
                ["one", "two"].contains(role.dropFirst(Self.arn.count))
            else {
                return .answer(
                    403,
                    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
                )
            }
            return .answer(
                200,
                """
                <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>FERRYSANDBOX</AccessKeyId>\
                <SecretAccessKey>ferry-sandbox-not-a-secret</SecretAccessKey><SessionToken>token</SessionToken>\
                <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
                """
            )
        }
    }

    private func manifest(_ name: String, role: String, zone: String) throws {
        try folder.write(
            """
            version: 1
            name: \(name)
            region: us-east-1
            staging: {bucket: fleet-\(name)}
            roleArn: \(Self.arn)\(role)
            imports: [{name: a, image: a.raw, zones: [\(zone)]}]
            """,
            to: "plans/\(name).yaml"
        )
    }

    /// Serves a sandbox with buckets, for two minutes at most, and makes an environment for it and an STS.
    private func serve(
        _ buckets: [String],
        _ sts: LoopbackServer
    ) async throws -> (server: BackgroundCommand, environment: [String: String]) {
        let server = try await BackgroundCommand(
            [Workspace.ferry, "sandbox", "serve", "--data", "data", "--stop-after", "120"]
                + buckets.flatMap { ["--bucket", $0] },
            in: folder.path,
            lines: 4
        )
        let endpoint = try #require(Workspace.environment(of: server)["AWS_ENDPOINT_URL"])
        let environment = [
            "AWS_ENDPOINT_URL": endpoint, "AWS_ENDPOINT_URL_STS": sts.url, "AWS_ACCESS_KEY_ID": "CALLER",
            "AWS_SECRET_ACCESS_KEY": "secret-of-the-caller", "HOME": folder.path,
        ]
        return (server, environment)
    }

    @Test(
        "a manifest's profile may take its role with the environment's keys, and the plan says which credentials it uses"
    )
    func environmentSource() async throws {
        let sts = try sts()
        defer { sts.stop() }
        let (server, environment) = try await serve(["fleet"], sts)
        defer { server.crash() }
        // The other profile makes the AWS CLI reject the file.
        try folder.write(
            """
            [profile other]
            region us-east-1
            [profile "de ploy"]
              role_arn = \(Self.arn)one
              credential_source = Environment
            """,
            to: ".aws/config"
        )
        try folder.write([UInt8](repeating: 7, count: 1 << 20), to: "plans/a.raw")
        try folder.write(
            """
            version: 1
            name: erp
            region: us-east-1
            staging: {bucket: fleet}
            profile: de ploy
            imports: [{name: a, image: a.raw, zones: [us-east-1a]}]
            """,
            to: "plans/erp.yaml"
        )
        let plan = try await ferry("plan", "plans", environment: environment)
        #expect(plan.exitCode == 0, "\(plan.errorOutput)")
        let header = #"Credentials: profile "de ploy" (migration manifest), assumed role "\#(Self.arn)one"."#
        #expect(plan.output.hasPrefix(header + "\n\n"), "\(plan.output)")
        #expect(plan.errorOutput.contains(".aws/config:2: profile \"other\": "), "\(plan.errorOutput)")
        #expect(plan.errorOutput.contains("the AWS CLI rejects the whole file"))
        // Who reads JSON compares it.
        let json = try await ferry("plan", "--json", "plans", environment: environment)
        #expect(json.exitCode == 0 && !json.output.contains("Credentials"))
        let wrong = environment.merging([
            "AWS_ENDPOINT_URL_EC2": try #require(environment["AWS_ENDPOINT_URL"]).replacing("http://", with: "")
        ]) { $1 }
        let refused = try await ferry("plan", "plans", environment: wrong)
        #expect(refused.exitCode == 1)
        #expect(refused.errorOutput.contains("AWS_ENDPOINT_URL_EC2 is"), "\(refused.errorOutput)")
    }

    @Test("two files with a role each are one plan: each import is made by its role, in one region and state")
    func apply() async throws {
        let sts = try sts()
        defer { sts.stop() }
        let (server, environment) = try await serve(["fleet-first", "fleet-second"], sts)
        defer { server.crash() }
        try folder.write([UInt8](repeating: 7, count: 1 << 20), to: "plans/a.raw")
        try manifest("first", role: "one", zone: "us-east-1a")
        try manifest("second", role: "two", zone: "use1-az2")
        #expect(try await ferry("validate", "--online", "plans", environment: environment).exitCode == 0)
        let apply = try await ferry("apply", "--auto-approve", "plans", environment: environment)
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        let roles = Set(sts.requests.compactMap { $0.form($0.text)["RoleArn"] })
        #expect(roles == [Self.arn + "one", Self.arn + "two"])
        let again = try await ferry("plan", "--detailed-exitcode", "plans", environment: environment)
        #expect(again.exitCode == 0 && again.output.contains("\n\nNo changes."), "\(again.output)")
        let status = try await ferry("status", "--json", environment: environment)
        for words in ["\"bucket\": \"fleet-first\"", "\"bucket\": \"fleet-second\"", "\"zone\": \"us-east-1b\""] {
            #expect(status.output.contains(words), "\(words)")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("data/volumes"))
        #expect(files.count { $0.hasSuffix(".raw") } == 2)

        // A role that STS does not give ends the plan before anything is done, and no secret is told.
        try manifest("second", role: "three", zone: "use1-az2")
        let refused = try await ferry("plan", "plans", environment: environment)
        #expect(refused.exitCode == 1 && refused.errorOutput.contains("role/three cannot be assumed"))
        #expect(!"\(refused.output)\(refused.errorOutput)".contains("secret"))
        // The sandbox has keys of its own: a role is not asked for there.
        let count = sts.requests.count
        let rehearsal = try await ferry("plan", "--sandbox", "plans", environment: environment)
        #expect(rehearsal.exitCode == 0 && rehearsal.output.contains("2 to create"), "\(rehearsal.errorOutput)")
        #expect(sts.requests.count == count)
    }
}
