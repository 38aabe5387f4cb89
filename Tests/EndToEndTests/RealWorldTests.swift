import Foundation
import TestSupport
import Testing

/// Runs of the real program in a world that is less kind than one state, one account, and answers that are always EC2's.
@Suite("The promise in the real world", .serialized)
struct RealWorldTests {
    /// The exit code for imports that failed.
    private static let importsFailed: Int32 = 3
    /// The exit code for a state that is there and cannot be used.
    private static let unusable: Int32 = 7

    private let workspace: Workspace
    private var folder: TemporaryDirectory { workspace.folder }

    init() async throws {
        workspace = try await Workspace()
    }

    private func apply(_ environment: [String: String], _ arguments: String...) async throws -> Command {
        try await Command.run(
            [Workspace.ferry, "apply", "--auto-approve"] + arguments,
            in: folder.path,
            environment: environment
        )
    }

    /// Starts `ferry apply`, which takes its environment from `env`.
    private func begin(_ environment: [String: String], _ arguments: String...) async throws -> BackgroundCommand {
        let variables = environment.map { "\($0)=\($1)" }
        return try await BackgroundCommand(
            ["env"] + variables + [Workspace.ferry, "apply", "--auto-approve"] + arguments,
            in: folder.path,
            lines: 1
        )
    }

    /// The volumes that a state records, by address.
    private func volumes(_ state: String, _ environment: [String: String]) async throws -> [String: String] {
        struct State: Decodable {
            struct Record: Decodable { let phase: String; let volume: String? }
            let imports: [String: Record]
        }
        let status = try await workspace.ferry("status", "--json", "--state", state, environment: environment)
        let records = try JSONDecoder().decode(State.self, from: Data(status.output.utf8)).imports
        return records.filter { $0.value.phase == "settled" }.compactMapValues(\.volume)
    }

    private func removeState() {
        for name in ["", ".backup", ".lock", ".journal"] {
            try? FileManager.default.removeItem(atPath: folder.path("ferry.state.json\(name)"))
        }
    }

    private func rewrite(_ old: String, _ new: String, in name: String = "plan.yaml", as other: String? = nil) throws {
        let text = try String(contentsOfFile: folder.path(name), encoding: .utf8)
        try #require(text.contains(old))
        try folder.write(text.replacingOccurrences(of: old, with: new), to: other ?? name)
    }

    /// Waits, half a minute at most, for a condition that a run brings about.
    private func wait(until condition: () throws -> Bool) async throws {
        for _ in 0..<30_000 {
            if try condition() { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw Workspace.Failure(description: "what the test waits for does not happen")
    }

    private func journalContains(_ text: String) -> Bool {
        let journal = try? String(contentsOfFile: folder.path("ferry.state.json.journal"), encoding: .utf8)
        return journal?.contains(text) ?? false
    }

    @Test("Two states at the same time: every volume is imported once, and both states record it")
    func twoStates() async throws {
        let (server, environment) = try await workspace.serve("--latency", "150", "--lost-answer-rate", "0.05")
        defer { server.crash() }
        for round in 0..<2 {
            async let first = apply(environment, "--state", "ci\(round).json", "plan.yaml")
            async let second = apply(environment, "--state", "laptop\(round).json", "plan.yaml")
            for run in [try await first, try await second] where run.exitCode != 0 {
                #expect(run.exitCode == Self.importsFailed, "\(run.output)\(run.errorOutput)")
            }
            // Answers are lost: what failed is tried again.
            for state in ["ci\(round).json", "laptop\(round).json"] {
                for _ in 0..<5 {
                    if try await apply(environment, "--state", state, "plan.yaml").exitCode == 0 { break }
                }
            }
            #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
            let recorded = try await volumes("ci\(round).json", environment)
            #expect(recorded.count == 4)
            #expect(try await volumes("laptop\(round).json", environment) == recorded)
        }
    }

    @Test("The state is lost, and EC2 no longer lists the tasks: the volumes are adopted by their tags")
    func agedOut() async throws {
        let (server, environment) = try await workspace.serve("--task-retention", "1")
        defer { server.crash() }
        #expect(try await apply(environment, "plan.yaml").exitCode == 0)
        let recorded = try await volumes("ferry.state.json", environment)
        removeState()
        try await Task.sleep(for: .seconds(2))
        let plan = try await workspace.ferry("plan", "plan.yaml", environment: environment)
        #expect(plan.output.contains("4 to adopt"), "\(plan.output)\(plan.errorOutput)")
        let adopted = try await apply(environment, "plan.yaml")
        #expect(adopted.exitCode == 0, "\(adopted.output)\(adopted.errorOutput)")
        #expect(try await volumes("ferry.state.json", environment) == recorded)
        #expect(try workspace.counts(in: "data").volumes == 4)
    }

    @Test("Two migration manifests, one after the other: neither run forgets the imports of the other")
    func twoManifests() async throws {
        try rewrite("name: fleet", "name: second", as: "second.yaml")
        let first = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(first.exitCode == 0, "\(first.output)\(first.errorOutput)")
        let second = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "second.yaml")
        #expect(second.exitCode == 0 && !second.output.contains("forgotten"), "\(second.output)\(second.errorOutput)")
        let both = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml", "second.yaml")
        #expect(both.exitCode == 0, "\(both.output)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 8, volumes: 8))
        // Only who asks for it forgets a whole migration manifest.
        let prune = try await workspace.ferry("plan", "--sandbox", "--prune", "fleet", "second.yaml")
        #expect(prune.output.contains("4 to forget"), "\(prune.output)\(prune.errorOutput)")
    }

    @Test("A custom endpoint gets AWS's patience, and a call without a known outcome is waited for that long")
    func customEndpoint() async throws {
        try rewrite(", listConsistency: 1 s, signatureValidity: 5 s", "")
        var tasks = -1
        for seed in 1...8 where tasks != 0 {
            removeState()
            try? FileManager.default.removeItem(atPath: folder.path("data"))
            let (first, environment) = try await workspace.serve("--latency", "3000", "--seed", "\(seed)")
            let run = try await begin(environment, "plan.yaml")
            // Killed between the intent and the response, together with the server: now and then EC2 is faster.
            try await wait { journalContains("requested") }
            run.crash()
            first.crash()
            tasks = try workspace.counts(in: "data").tasks
        }
        try #require(tasks == 0)
        let (server, other) = try await workspace.serve()
        defer { server.crash() }
        let next = try await Command.run(
            ["timeout", "-s", "INT", "20", Workspace.ferry, "apply", "--auto-approve", "plan.yaml"],
            in: folder.path,
            environment: other
        )
        #expect(next.output.contains("continues in 21 min at most"), "\(next.output)\(next.errorOutput)")
        // Everything else went on.
        #expect(next.exitCode != 0)
        #expect(try workspace.counts(in: "data").volumes == 3)
    }

    @Test("A proxy's HTML page is not an empty list: nothing is planned, and nothing imported again")
    func htmlPage() async throws {
        let (first, environment) = try await workspace.serve()
        #expect(try await apply(environment, "plan.yaml").exitCode == 0)
        first.crash()
        removeState()
        let (server, other) = try await workspace.serve("--page-rate", "1")
        defer { server.crash() }
        for command in [["plan"], ["apply", "--auto-approve"]] {
            let run = try await Command.run(
                [Workspace.ferry] + command + ["plan.yaml"],
                in: folder.path,
                environment: other
            )
            #expect(run.exitCode != 0 && !run.output.contains("create"), "\(run.output)")
            #expect(run.errorOutput.contains("it is an HTML page"), "\(run.errorOutput)")
        }
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
    }

    @Test("Another account's credentials: nothing is imported, and both accounts are named")
    func otherAccount() async throws {
        let (server, environment) = try await workspace.serve("--account", "222222222222=AKIDOTHER:other-secret")
        defer { server.crash() }
        #expect(try await apply(environment, "plan.yaml").exitCode == 0)
        let other = environment.merging(
            ["AWS_ACCESS_KEY_ID": "AKIDOTHER", "AWS_SECRET_ACCESS_KEY": "other-secret"]
        ) { $1 }
        for run in [
            try await workspace.ferry("plan", "plan.yaml", environment: other), try await apply(other, "plan.yaml"),
        ] {
            #expect(run.exitCode == Self.unusable, "\(run.output)\(run.errorOutput)")
            #expect(run.errorOutput.contains("123456789012") && run.errorOutput.contains("222222222222"))
            #expect(run.errorOutput.contains("ferry state rebind"))
        }
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
        // Without a state, the migration manifest says which account is meant.
        removeState()
        try rewrite("region: us-east-1", "region: us-east-1\naccount: \"123456789012\"")
        let declared = try await workspace.ferry("plan", "plan.yaml", environment: other)
        #expect(declared.exitCode == 1 && declared.errorOutput.contains("[F0304]"), "\(declared.errorOutput)")
    }

    @Test("Two states share a staging prefix: no run removes the parts that the other's conversions need")
    func sharedPrefix() async throws {
        let (server, environment) = try await workspace.serve("--conversion-seconds", "2", "--conversions", "8")
        defer { server.crash() }
        // The second run has the parts of its last images staged long before EC2 reads them, and after the first run ended.
        try rewrite("name: fleet", "name: second", as: "second.yaml")
        try rewrite("conversions: 2", "conversions: 1", in: "second.yaml")
        try rewrite("conversions: 2", "conversions: 4")
        async let first = apply(environment, "--state", "first.json", "plan.yaml")
        try await Task.sleep(for: .milliseconds(700))
        async let second = apply(environment, "--state", "second.json", "second.yaml")
        for run in [try await first, try await second] {
            #expect(run.exitCode == 0, "\(run.output)\(run.errorOutput)")
        }
        #expect(try workspace.counts(in: "data") == (tasks: 8, volumes: 8))
        #expect(try workspace.stagedKeys(in: "data") == [])
    }

    @Test("A process that is paused after its claim wakes up late: its call expires, and nothing is imported twice")
    func paused() async throws {
        let (server, environment) = try await workspace.serve()
        defer { server.crash() }
        let run = try await begin(environment, "--state", "paused.json", "plan.yaml")
        try await wait { try workspace.claims(in: "data").contains { $0.contains("\"claimed\"") } }
        run.send(SIGSTOP)
        let other = try await apply(environment, "--state", "other.json", "plan.yaml")
        #expect(other.exitCode == 0, "\(other.output)\(other.errorOutput)")
        run.send(SIGCONT)
        let end = try await run.end(within: 90)
        #expect(end == 0, "\(run.output)")
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
        #expect(try await volumes("paused.json", environment) == volumes("other.json", environment))
    }

    @Test("A state that is a symbolic link in two folders has one lock, and stays a link")
    func symbolicLink() async throws {
        let (server, environment) = try await workspace.serve("--conversion-seconds", "3")
        defer { server.crash() }
        for name in ["shared", "one", "two"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        }
        for name in ["one", "two"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("\(name)/ferry.state.json"),
                withDestinationPath: "../shared/ferry.state.json"
            )
        }
        let run = try await begin(environment, "--state", "one/ferry.state.json", "plan.yaml")
        try await wait { FileManager.default.fileExists(atPath: folder.path("shared/ferry.state.json.journal")) }
        let locked = try await apply(environment, "--state", "two/ferry.state.json", "plan.yaml")
        #expect(locked.exitCode == 5, "\(locked.output)\(locked.errorOutput)")
        #expect(try await run.end(within: 60) == 0, "\(run.output)")
        for name in ["one", "two"] {
            let path = folder.path("\(name)/ferry.state.json")
            #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path(name)) == ["ferry.state.json"])
        }
        let again = try await apply(environment, "--state", "two/ferry.state.json", "plan.yaml")
        #expect(again.exitCode == 0 && again.output.contains("No changes."), "\(again.output)\(again.errorOutput)")
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
    }

    @Test("A saved plan that failed half-way is applied again: it goes on with the rest of exactly that plan")
    func savedPlan() async throws {
        let (server, environment) = try await workspace.serve("--latency", "50")
        defer { server.crash() }
        let plan = try await workspace.ferry("plan", "--out", "saved.json", "plan.yaml", environment: environment)
        #expect(plan.exitCode == 0)
        let killed = try await begin(environment, "saved.json")
        try await wait { journalContains("submitted") }
        killed.crash()
        let rest = try await apply(environment, "saved.json")
        #expect(rest.exitCode == 0, "\(rest.output)\(rest.errorOutput)")
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
        let again = try await workspace.ferry("plan", "--detailed-exitcode", "plan.yaml", environment: environment)
        #expect(again.exitCode == 0, "\(again.output)")
    }

    @Test("An edited tag is an update in place: ferry's own keys change, foreign tags stay, and nothing is imported")
    func editedTag() async throws {
        let (server, environment) = try await workspace.serve()
        defer { server.crash() }
        #expect(try await apply(environment, "plan.yaml").exitCode == 0)
        try rewrite("tags: {project: test}", "tags: {team: storage}")
        let plan = try await workspace.ferry("plan", "--detailed-exitcode", "plan.yaml", environment: environment)
        #expect(plan.exitCode == 2 && plan.output.contains("4 to update"), "\(plan.output)\(plan.errorOutput)")
        let update = try await apply(environment, "plan.yaml")
        #expect(update.exitCode == 0, "\(update.output)\(update.errorOutput)")
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
        for tags in try workspace.volumeTags(in: "data") {
            #expect(tags["team"] == "storage" && tags["project"] == nil && tags["Name"] != nil, "\(tags)")
        }
        let again = try await workspace.ferry("plan", "--detailed-exitcode", "plan.yaml", environment: environment)
        #expect(again.exitCode == 0, "\(again.output)")
    }

    @Test("Drift is no change, and no success: plan exits with 2, and apply does the rest and exits with 3")
    func drift() async throws {
        let first = try await workspace.ferry(
            "apply",
            "--sandbox",
            "--auto-approve",
            "--exclude",
            "fleet/web",
            "plan.yaml"
        )
        #expect(first.exitCode == 0, "\(first.output)\(first.errorOutput)")
        let status = try await workspace.ferry("status", "--json", "--sandbox")
        let id = try #require(status.output.firstMatch(of: /"(vol-[0-9a-f]+)"/)).1
        for suffix in ["json", "raw"] {
            try FileManager.default.removeItem(atPath: folder.path(".ferry/sandbox/volumes/\(id).\(suffix)"))
        }
        let rest = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(rest.exitCode == Self.importsFailed, "\(rest.output)\(rest.errorOutput)")
        #expect(rest.output.contains("1 volume imported"), "\(rest.output)")
        #expect(rest.errorOutput.contains("drift: fleet/") && rest.errorOutput.contains("\(id) is gone"))
        let plan = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(plan.exitCode == 2, "\(plan.output)")
        let again = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml")
        #expect(again.exitCode == Self.importsFailed && again.errorOutput.contains("\(id) is gone"))
        let recreated = try await workspace.ferry(
            "apply",
            "--sandbox",
            "--auto-approve",
            "--recreate-missing",
            "plan.yaml"
        )
        #expect(recreated.exitCode == 0, "\(recreated.errorOutput)")
        let last = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(last.exitCode == 0, "\(last.output)")
    }
}
