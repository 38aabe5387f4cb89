import Foundation
import TestSupport
import Testing

@Suite("ferry state rebuild", .serialized)
struct StateRebuildTests {
    private struct Report: Decodable {
        struct Import: Decodable { var address, phase: String }
        struct UnmatchedResource: Decodable { var reason: String, volume: String? }
        var imports: [Import]
        var carried: [Import]
        var missing: [String]
        var untied: [UnmatchedResource]
        var kept: [String]
    }

    private static let suffixes = ["", ".journal", ".backup"]

    /// What of a state does not depend on when it was written.
    private func records(_ text: String) throws -> [String: [String?]] {
        struct State: Decodable {
            struct Record: Decodable {
                var phase: String, task: String?, volume: String?, fingerprint: String, attempts: Int
            }
            var imports: [String: Record]
        }
        return try JSONDecoder().decode(State.self, from: Data(text.utf8)).imports.mapValues {
            [$0.phase, $0.task, $0.volume, $0.fingerprint, "\($0.attempts)"]
        }
    }

    private func lose(_ state: String, of workspace: Workspace) {
        for suffix in Self.suffixes {
            try? FileManager.default.removeItem(atPath: workspace.folder.path(state + suffix))
        }
    }

    @Test("after an apply: the state is as it was, there is nothing to do, and nothing is imported twice")
    func done() async throws {
        let workspace = try await Workspace()
        #expect(try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml").exitCode == 0)
        let before = try records(try await workspace.ferry("status", "--sandbox", "--json").output)
        lose(".ferry/sandbox/ferry.state.json", of: workspace)

        let rebuild = try await workspace.ferry("state", "rebuild", "--sandbox", "plan.yaml")
        #expect(rebuild.exitCode == 0, "\(rebuild.output)\(rebuild.errorOutput)")
        #expect(rebuild.output.contains("settled     fleet/archive@us-east-1a: vol-"))
        #expect(rebuild.output.contains("The state holds 4 imports of lineage"))
        #expect(try records(try await workspace.ferry("status", "--sandbox", "--json").output) == before)
        let plan = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(plan.exitCode == 0 && plan.output.hasPrefix("No changes."), "\(plan.output)")
        #expect(try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml").exitCode == 0)
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
    }

    @Test("what is there is replaced only on --force, and kept; what belongs to no import is told")
    func force() async throws {
        let workspace = try await Workspace()
        #expect(try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml").exitCode == 0)
        let path = workspace.folder.path(".ferry/sandbox/ferry.state.json")
        try "damaged".write(toFile: path, atomically: true, encoding: .utf8)
        let text = try String(contentsOfFile: workspace.folder.path("plan.yaml"), encoding: .utf8)
        try workspace.folder.write(
            text.split(separator: "\n").filter { !$0.contains("web.vhd") }.joined(separator: "\n"),
            to: "less.yaml"
        )
        let refused = try await workspace.ferry("state", "rebuild", "--sandbox", "less.yaml")
        #expect(refused.exitCode == 1 && refused.errorOutput.contains("--force"), "\(refused.errorOutput)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "damaged")

        // An apply of the rest could import it again.
        let lossy = try await workspace.ferry("state", "rebuild", "--sandbox", "--force", "less.yaml")
        #expect(lossy.exitCode == 1, "\(lossy.output)")
        #expect(
            lossy.errorOutput.contains("--partial") && lossy.errorOutput.contains("fleet/web@"),
            "\(lossy.errorOutput)"
        )
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "damaged")

        let forced = try await workspace.ferry(
            "state",
            "rebuild",
            "--sandbox",
            "--force",
            "--partial",
            "--json",
            "less.yaml"
        )
        #expect(forced.exitCode == 0, "\(forced.errorOutput)")
        let report = try JSONDecoder().decode(Report.self, from: Data(forced.output.utf8))
        #expect(report.imports.map(\.phase) == ["settled", "settled", "settled"])
        #expect(report.missing == [])
        #expect(report.untied.map(\.reason) == ["unknownAddress"] && report.untied.first?.volume != nil)
        #expect(report.kept.map { ($0 as NSString).lastPathComponent }.contains("ferry.state.json.replaced"))
        #expect(try String(contentsOfFile: path + ".replaced", encoding: .utf8) == "damaged")
        // The whole migration again: only what was not tied is taken up, and nothing is imported.
        let apply = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(apply.exitCode == 0 && apply.output.contains("1 to adopt"), "\(apply.output)\(apply.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
    }

    @Test("with some of the migration manifests, the records of the others are carried over")
    func some() async throws {
        let workspace = try await Workspace()
        #expect(try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml").exitCode == 0)
        let before = try records(try await workspace.ferry("status", "--sandbox", "--json").output)
        let text = try String(contentsOfFile: workspace.folder.path("plan.yaml"), encoding: .utf8)
        try workspace.folder.write(
            text.split(separator: "\n").filter { !$0.contains("web.vhd") }.joined(separator: "\n"),
            to: "less.yaml"
        )
        let rebuild = try await workspace.ferry("state", "rebuild", "--sandbox", "--force", "--json", "less.yaml")
        #expect(rebuild.exitCode == 0, "\(rebuild.errorOutput)")
        let report = try JSONDecoder().decode(Report.self, from: Data(rebuild.output.utf8))
        #expect(report.imports.count == 3 && report.carried.map(\.phase) == ["settled"] && report.untied.isEmpty)
        #expect(try records(try await workspace.ferry("status", "--sandbox", "--json").output) == before)
        let plan = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(plan.exitCode == 0 && plan.output.hasPrefix("No changes."), "\(plan.output)")
    }

    @Test("lost in the middle of conversions: they are waited for, and nothing is imported twice")
    func converting() async throws {
        let workspace = try await Workspace()
        let (server, environment) = try await workspace.serve("--conversion-seconds", "4")
        defer { server.crash() }
        func ferry(_ arguments: String...) async throws -> Command {
            try await Command.run([Workspace.ferry] + arguments, in: workspace.folder.path, environment: environment)
        }
        let killed = try await BackgroundCommand(
            [Workspace.ferry, "apply", "--auto-approve", "plan.yaml"],
            in: workspace.folder.path,
            environment: environment
        )
        while killed.isRunning, try workspace.counts(in: "data").tasks == 0 {
            try await Task.sleep(for: .milliseconds(20))
        }
        killed.crash()
        // A call that is under way takes effect.
        try await Task.sleep(for: .seconds(1))
        let tasks = try workspace.counts(in: "data").tasks
        #expect(tasks > 0)
        lose("ferry.state.json", of: workspace)
        let rebuild = try await ferry("state", "rebuild", "--json", "plan.yaml")
        #expect(rebuild.exitCode == 0, "\(rebuild.errorOutput)")
        let report = try JSONDecoder().decode(Report.self, from: Data(rebuild.output.utf8))
        #expect(report.imports.count == tasks && report.missing.count == 4 - tasks)
        #expect(!report.imports.isEmpty)
        #expect(report.imports.allSatisfy { ["converting", "completed"].contains($0.phase) })
        let apply = try await ferry("apply", "--auto-approve", "plan.yaml")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
        let plan = try await ferry("plan", "--detailed-exitcode", "plan.yaml")
        #expect(plan.exitCode == 0 && plan.output.contains("\n\nNo changes."), "\(plan.output)")
    }
}
