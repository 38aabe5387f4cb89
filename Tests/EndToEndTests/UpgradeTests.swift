import Foundation
import TestSupport
import Testing

/// Files of ferry 0.1.0, opened by this ferry.
@Suite("Upgrades")
struct UpgradeTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        for (name, count) in [("a", 3_072_000), ("b", 2_048_000)] {
            let line = Array("ferry 0.1.0, image \(name)\n".utf8)
            try folder.write((0..<count).map { line[$0 % line.count] }, to: "\(name).raw")
        }
    }

    /// Copies files of 0.1.0 into the folder.
    private func copy(_ names: String...) throws {
        let golden = try #require(Bundle.module.path(forResource: "0.1.0", ofType: nil, inDirectory: "Golden"))
        for name in names {
            try FileManager.default.copyItem(atPath: "\(golden)/\(name)", toPath: folder.path(name))
        }
    }

    private func ferry(_ arguments: String...) async throws -> Command {
        try await Command.run([Workspace.ferry] + arguments, in: folder.path)
    }

    private func volumes() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(".ferry/sandbox/volumes"))
            .count { $0.hasSuffix(".raw") }
    }

    @Test("A saved plan and a lock file of 0.1.0 are applied")
    func savedPlan() async throws {
        try copy("m.yaml", "m.lock.json", "plan.json")
        let show = try await ferry("show", "plan.json")
        #expect(show.exitCode == 0 && show.output.contains("3 to create"), "\(show.output)\(show.errorOutput)")
        let apply = try await ferry("apply", "--sandbox", "--auto-approve", "plan.json")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(try volumes() == 3)
    }

    @Test("Calls of 0.1.0 without a known outcome have no claim: they are waited for, and then made")
    func unresolvedCalls() async throws {
        try copy("m.yaml", "m.lock.json", "ferry.state.json", "ferry.state.json.journal")
        // Without its last lines, the journal ends with the intents.
        let path = folder.path("ferry.state.json.journal")
        let journal = try String(contentsOfFile: path, encoding: .utf8)
        let lines = journal.split(separator: "\n").filter { !$0.contains("submitted") }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "ferry.state.json.journal")
        let options = ["--sandbox", "--state", "ferry.state.json", "m.yaml"]
        let plan = try await Command.run([Workspace.ferry, "plan"] + options, in: folder.path)
        #expect(plan.output.contains("3 to resume"), "\(plan.output)\(plan.errorOutput)")
        let apply = try await Command.run(
            [Workspace.ferry, "apply", "--auto-approve"] + options,
            in: folder.path
        )
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(apply.output.contains("another run may have called ImportVolume"), "\(apply.output)")
        #expect(try volumes() == 3)
        let state = try String(contentsOfFile: folder.path("ferry.state.json"), encoding: .utf8)
        #expect(state.contains("\"version\": 2") && state.contains("\"serial\": "))
        let again = try await Command.run([Workspace.ferry, "plan", "--detailed-exitcode"] + options, in: folder.path)
        #expect(again.exitCode == 0, "\(again.output)\(again.errorOutput)")
    }

    @Test("The conversions of 0.1.0 are followed by their ids")
    func conversions() async throws {
        try copy("ferry.state.json", "ferry.state.json.journal")
        let status = try await ferry("status", "--json", "--state", "ferry.state.json")
        #expect(status.exitCode == 0, "\(status.errorOutput)")
        for task in ["import-vol-348c8a9416b575a60", "import-vol-abdc63e3890cd04d7", "import-vol-0361d8a67f9b69d48"] {
            #expect(status.output.contains(task))
        }
    }
}
