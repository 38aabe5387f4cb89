import Foundation
import TestSupport
import Testing

@Suite("ferry from end to end", .serialized)
struct EndToEndTests {
    @Test("plan, apply and plan again: every volume has the bytes of its image, and nothing is left to do")
    func wholeMigration() async throws {
        let workspace = try await Workspace()
        let plan = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(plan.exitCode == 2)
        #expect(plan.output.contains("4 to create"))

        let apply = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")

        let again = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(again.exitCode == 0)
        #expect(again.output.hasPrefix("No changes."))

        let expected = [
            "fleet/db@us-east-1a": try await workspace.expectedDigest(
                of: "db.vmdk",
                driver: ["-f", "vmdk", "db.vmdk"],
                gibibytes: 1
            ),
            "fleet/archive@us-east-1a": try await workspace.expectedDigest(
                of: "archive.raw",
                driver: ["-f", "raw", "archive.raw"],
                gibibytes: 2
            ),
        ]
        let volumes = try await volumes(workspace, "--sandbox")
        #expect(volumes.count == 4)
        for (address, volume) in volumes {
            let found = try await workspace.digest(of: ".ferry/sandbox/volumes/\(volume).raw")
            // All three images hold the same disk, so a volume of one size has one digest.
            let archive = address.contains("archive")
            #expect(found == expected[archive ? "fleet/archive@us-east-1a" : "fleet/db@us-east-1a"], "\(address)")
        }
        // Nothing is left in the staging.
        #expect(try workspace.stagedKeys(in: ".ferry/sandbox") == [])
    }

    @Test("a changed image is a replacement; the old volume is kept; a removed import is forgotten")
    func change() async throws {
        let workspace = try await Workspace()
        #expect(try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml").exitCode == 0)
        var archive = try Data(contentsOf: URL(filePath: workspace.folder.path("archive.raw")))
        archive[5_000_000] ^= 0xFF
        try archive.write(to: URL(filePath: workspace.folder.path("archive.raw")))
        let text = try String(contentsOfFile: workspace.folder.path("plan.yaml"), encoding: .utf8)
        try workspace.folder.write(
            text.split(separator: "\n").filter { !$0.contains("web.vhd") }.joined(separator: "\n"),
            to: "plan.yaml"
        )
        let plan = try await workspace.ferry("plan", "--sandbox", "plan.yaml")
        #expect(plan.output.contains("1 to replace, 1 to forget"))
        #expect(try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml").exitCode == 0)
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 5, volumes: 5))
        let again = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(again.exitCode == 0)
    }

    @Test("killed again and again, it goes on: every volume is there once, and no import has a second task")
    func killed() async throws {
        let workspace = try await Workspace()
        let interrupted = try await Workspace.killApplies(
            ["--sandbox", "plan.yaml"],
            in: workspace.folder,
            state: ".ferry/sandbox/ferry.state.json"
        )
        #expect(interrupted > 0, "no run was killed in its middle")
        let last = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(last.exitCode == 0, "\(last.output)\(last.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
        #expect(try await volumes(workspace, "--sandbox").count == 4)
    }

    @Test("killed while a served sandbox goes on converting: the tasks are taken up again")
    func killedWithServer() async throws {
        let workspace = try await Workspace()
        let (server, environment) = try await workspace.serve("--conversion-seconds", "0.4")
        defer { server.crash() }
        let interrupted = try await Workspace.killApplies(
            ["plan.yaml"],
            in: workspace.folder,
            state: "ferry.state.json",
            environment: environment
        )
        #expect(interrupted > 0, "no run was killed in its middle")
        let last = try await workspace.ferry("apply", "--auto-approve", "plan.yaml", environment: environment)
        #expect(last.exitCode == 0, "\(last.output)\(last.errorOutput)")
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
    }

    @Test("a lost state file is made good by the markers: the volumes are adopted, not imported again")
    func lostState() async throws {
        let workspace = try await Workspace()
        #expect(try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml").exitCode == 0)
        for name in ["", ".backup", ".lock"] {
            try? FileManager.default.removeItem(
                atPath: workspace.folder.path(".ferry/sandbox/ferry.state.json\(name)")
            )
        }
        let plan = try await workspace.ferry("plan", "--sandbox", "plan.yaml")
        #expect(plan.output.contains("4 to adopt"))
        let apply = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
    }

    @Test("every mistake in one run, each with its place; exit 1; nothing written")
    func mistakes() async throws {
        let folder = try TemporaryDirectory()
        var bytes = Array(
            """
            version: 1
            name: fleet
            region: us-east-1
            staging: {bucket: fleet-staging}
            imports:
              - name: db
                image: missing.vmdk
                zones: [us-east-1z]
                colour: red
              - name: db
                image: other.raw
            \tzones: [us-east-1a]
                description: caf
            """.utf8
        )
        bytes += [0xE9, 0x0A]
        try folder.write(bytes, to: "plan.yaml")
        let plan = try await Command.run([Workspace.ferry, "plan", "--sandbox", "plan.yaml"], in: folder.path)
        #expect(plan.exitCode == 1)
        #expect(plan.output == "")
        for place in [
            "[F0201]", "plan.yaml:7:12", "[F0301]", "plan.yaml:8:13", "[F0102]", "plan.yaml:9:5", "[F0106]",
            "plan.yaml:10:11", "plan.yaml:11:12", "[F0003]", "plan.yaml:12:1", "[F0002]", "plan.yaml:13:21",
        ] {
            #expect(plan.errorOutput.contains(place), "\(place) in \(plan.errorOutput)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["plan.yaml"])
    }

    @Test("a wrong secret is refused, and shown nowhere")
    func wrongSecret() async throws {
        let workspace = try await Workspace()
        var (server, environment) = try await workspace.serve()
        defer { server.crash() }
        environment["AWS_SECRET_ACCESS_KEY"] = "wrong-secret-of-a-test"
        let plan = try await workspace.ferry("plan", "--verbose", "plan.yaml", environment: environment)
        #expect(plan.exitCode == 1)
        #expect(plan.errorOutput.contains("SignatureDoesNotMatch") || plan.errorOutput.contains("AuthFailure"))
        #expect(!(plan.output + plan.errorOutput).contains("wrong-secret-of-a-test"))
    }

    @Test("nothing is done without an approval")
    func approval() async throws {
        let workspace = try await Workspace()
        let apply = try await workspace.ferry("apply", "--sandbox", "plan.yaml")
        #expect(apply.exitCode == 1)
        #expect(apply.errorOutput.contains("--auto-approve"))
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 0, volumes: 0))
    }

    @Test("a second apply is told who holds the state")
    func twoAtOnce() async throws {
        let workspace = try await Workspace()
        let (server, environment) = try await workspace.serve("--conversion-seconds", "3")
        defer { server.crash() }
        async let first = workspace.ferry("apply", "--auto-approve", "plan.yaml", environment: environment)
        try await workspace.waitForContent(of: "ferry.state.json.lock")
        let second = try await workspace.ferry("apply", "--auto-approve", "plan.yaml", environment: environment)
        #expect(second.exitCode == 5)
        #expect(second.errorOutput.contains("in use by “ferry apply”"))
        #expect(try await first.exitCode == 0)
    }

    /// The volumes by address, as the state has them.
    private func volumes(_ workspace: Workspace, _ option: String) async throws -> [String: String] {
        struct State: Decodable {
            struct Record: Decodable { var volume: String }
            var imports: [String: Record]
        }
        let status = try await workspace.ferry("status", "--json", option)
        return try JSONDecoder().decode(State.self, from: Data(status.output.utf8)).imports.mapValues(\.volume)
    }
}
