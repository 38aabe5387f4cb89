import Diagnostics
import Foundation
import Sandbox
import TestSupport
import Testing

@testable import Operations

/// Validation, with the checks of zones and of the account that belong to it.
@Suite struct ValidateOperationTests {
    private func run(_ fixture: OperationFixture, isOnline: Bool = false, knowsZones: Bool = false) async throws -> Int
    {
        try await fixture.withAWS { aws in
            let operation = ValidateOperation(
                manifests: [fixture.manifest],
                isOnline: isOnline,
                aws: aws,
                knowsZones: knowsZones
            )
            return try await operation.run(report: fixture.report).count
        }
    }

    @Test("A valid manifest has no diagnostics, offline without any client")
    func valid() async throws {
        let fixture = try OperationFixture()
        #expect(try await run(fixture) == 1)
        #expect(fixture.diagnostics.isEmpty)
        #expect(await fixture.provider.opened == 0)
        #expect(try await run(fixture, isOnline: true) == 1)
        #expect(fixture.diagnostics.isEmpty, "\(fixture.diagnostics)")
    }

    @Test("An image that is not here is a warning")
    func missingImage() async throws {
        let fixture = try OperationFixture(moreImports: "  - {name: web, image: web.raw, zones: [us-east-1a]}")
        #expect(try await run(fixture) == 1)
        #expect(fixture.codes == ["F0201"] && fixture.diagnostics.map(\.severity) == [.warning])
    }

    @Test("A bucket that does not exist is found online")
    func missingBucket() async throws {
        let fixture = try OperationFixture(createsBuckets: false)
        await #expect(throws: ReportedProblems.self) { try await run(fixture, isOnline: true) }
        #expect(fixture.diagnostics.map(\.message) == ["there is no bucket \"erp-staging\""])
        #expect(fixture.diagnostics.first?.location?.range.start.line == 3)
    }

    /// What the sandbox holds of a kind, such as `tasks`.
    private func count(_ kind: String, in fixture: OperationFixture) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: fixture.folder.path("sandbox/\(kind)")).count) ?? 0
    }

    @Test(
        "A permission that apply needs and the credentials lack is found online",
        arguments: [
            "ec2:DescribeVolumes", "ec2:DescribeConversionTasks", "ec2:ImportVolume", "ec2:CancelConversionTask",
            "ec2:CreateTags", "ec2:DeleteTags", "s3:ListBucket", "s3:PutObject", "s3:GetObject", "s3:DeleteObject",
        ]
    )
    func permissions(action: String) async throws {
        let fixture = try OperationFixture(faults: SandboxFaults(deniedActions: [action]))
        await #expect(throws: ReportedProblems.self) { try await run(fixture, isOnline: true) }
        #expect(fixture.codes == ["F0303"], "\(fixture.diagnostics)")
        let name = action.hasPrefix("ec2:") ? String(action.dropFirst(4)) : action
        let text = fixture.diagnostics.map { "\($0.message) \($0.help ?? "")" }.joined()
        #expect(text.contains(name), "\(text)")
        #expect(count("tasks", in: fixture) == 0)
        let objects = count("s3/erp-staging/keys", in: fixture)
        #expect(objects == (action == "s3:DeleteObject" ? 1 : 0))
    }

    @Test("An endpoint that ignores DryRun gets no ImportVolume, and the check says that permissions are not known")
    func ignoredDryRun() async throws {
        let fixture = try OperationFixture(faults: SandboxFaults(ignoresDryRun: true))
        #expect(try await run(fixture, isOnline: true) == 1)
        #expect(fixture.codes == ["F0305"] && fixture.diagnostics.map(\.severity) == [.warning])
        #expect(count("tasks", in: fixture) == 0)
    }

    @Test("An endpoint that denies what shows whether it honors DryRun gets no ImportVolume either")
    func deniedProbe() async throws {
        let denied: Set = ["ec2:DescribeVolumes"]
        let fixture = try OperationFixture(faults: SandboxFaults(deniedActions: denied, ignoresDryRun: true))
        await #expect(throws: ReportedProblems.self) { try await run(fixture, isOnline: true) }
        #expect(fixture.codes == ["F0303", "F0305"], "\(fixture.diagnostics)")
        #expect(count("tasks", in: fixture) == 0)
    }

    @Test("A server that ignores conditional writes is a warning online")
    func ignoredConditions() async throws {
        let fixture = try OperationFixture(faults: SandboxFaults(ignoresConditions: true))
        #expect(try await run(fixture, isOnline: true) == 1)
        #expect(fixture.codes == ["F0306"] && fixture.diagnostics.map(\.severity) == [.warning])
        #expect(count("s3/erp-staging/keys", in: fixture) == 0)
    }

    @Test("Another account than the manifest names is found online")
    func account() async throws {
        let fixture = try OperationFixture()
        let text = try String(contentsOfFile: fixture.manifest, encoding: .utf8)
        try fixture.folder.write(
            text.replacing("name: erp\n", with: "name: erp\naccount: \"999999999999\"\n"),
            to: "plan.yaml"
        )
        await #expect(throws: ReportedProblems.self) { try await run(fixture, isOnline: true) }
        #expect(fixture.codes.contains("F0304"), "\(fixture.diagnostics)")
    }

    @Test("A zone that the region does not have, and two names of one zone, are found where zones are known")
    func zones() async throws {
        let zones = [KnownZone(name: "us-east-1a", id: "use1-az6"), KnownZone(name: "us-east-1b", id: "use1-az1")]
        let more =
            "  - {name: web, image: db.raw, zones: [us-east-1z]}\n"
            + "  - {name: app, image: db.raw, zones: [us-east-1a, use1-az6]}"
        let fixture = try OperationFixture(zones: zones, moreImports: more)
        await #expect(throws: ReportedProblems.self) { try await run(fixture, knowsZones: true) }
        #expect(
            fixture.diagnostics.map(\.message) == [
                "region us-east-1 has no zone “us-east-1z”",
                "“use1-az6” and “us-east-1a” are the same zone in this account",
            ]
        )
        #expect(fixture.diagnostics.first?.help == "it has us-east-1a, us-east-1b")
        #expect(await fixture.provider.opened == 0)
    }

    @Test("A bucket that two regions or two roles would use is refused")
    func targets() async throws {
        let fixture = try OperationFixture()
        try fixture.folder.write(
            """
            version: 1
            name: erp
            staging: {bucket: erp-staging}
            targets: {eu-west-1: {staging: {bucket: erp-staging}}}
            imports:
              - {name: db, image: db.raw, zones: [us-east-1a], region: us-east-1}
              - {name: web, image: db.raw, zones: [eu-west-1a], region: eu-west-1}

            """,
            to: "plan.yaml"
        )
        await #expect(throws: ReportedProblems.self) { try await run(fixture) }
        #expect(fixture.diagnostics.count == 1)
        #expect(fixture.diagnostics.first?.message.contains("is to serve") == true, "\(fixture.diagnostics)")
        #expect(fixture.diagnostics.first?.notes.count == 1)
    }
}
