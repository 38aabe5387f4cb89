import Foundation
import TestSupport
import Testing

@Suite("A plan that is saved, read and applied", .serialized)
struct SavedPlanTests {
    @Test("A plan is written into a device, a pipe, and standard output, and into the file that a link leads to")
    func places() async throws {
        let folder = try TemporaryDirectory()
        try folder.write([UInt8](repeating: 7, count: 4096), to: "disk.raw")
        let head = "version: 1\nname: fleet\nregion: us-east-1\nstaging: {bucket: fleet-staging}\nimports:\n"
        try folder.write(head + "  - {name: disk, image: disk.raw, zones: [us-east-1a]}\n", to: "plan.yaml")
        func plan(_ out: String) async throws -> Command {
            try await Command.run(
                [Workspace.ferry, "plan", "--sandbox", "--json", "--out", out, "plan.yaml"],
                in: folder.path
            )
        }
        let (null, full) = (folder.device(like: "/dev/null"), folder.device(like: "/dev/full"))
        let json = try await plan("saved.json").output
        #expect(try await plan(null).exitCode == 0)
        let standardOutput = try await plan("/dev/stdout")
        #expect(standardOutput.exitCode == 0 && standardOutput.output == json + json)
        let failed = try await plan(full)
        #expect(failed.exitCode == 1 && failed.errorOutput.contains("No space left on device"), "\(failed.errorOutput)")
        for device in [null, full] {
            let kind = try FileManager.default.attributesOfItem(atPath: device)[.type] as? FileAttributeType
            #expect(kind == .typeCharacterSpecial)
        }
        let pipe = try await Command.run(
            [
                "sh", "-c",
                "mkfifo pipe; cat pipe > read & \(Workspace.ferry) plan --sandbox --out pipe plan.yaml; wait",
            ],
            in: folder.path
        )
        #expect(pipe.exitCode == 0 && folder.text("read") == json, "\(pipe.errorOutput)")
        let link = try await Command.run(
            ["sh", "-c", "mkdir there; ln -s there/b a; chmod 640 saved.json; mv saved.json there/c; ln -s c there/b"],
            in: folder.path
        )
        #expect(link.exitCode == 0)
        #expect(try await plan("a").exitCode == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("there/c"))
        #expect(attributes[.posixPermissions] as? Int == 0o640 && folder.text("there/c") == json)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("a")) == "there/b")
    }

    @Test("apply does exactly the saved plan, once; applied again, it has nothing left to do")
    func savedPlan() async throws {
        let workspace = try await Workspace()
        let plan = try await workspace.ferry("plan", "--sandbox", "--out", "saved.json", "--json", "plan.yaml")
        #expect(plan.exitCode == 0, "\(plan.errorOutput)")
        #expect(plan.output == (try String(contentsOfFile: workspace.folder.path("saved.json"), encoding: .utf8)))
        for (format, sign) in [
            ("text", "4 to create"), ("markdown", "<!-- ferry-plan -->"), ("html", "<!doctype html>"),
            ("line", "ferry plan: 4 to create"), ("json", "{\"version\":2,"),
        ] {
            let shown = try await workspace.ferry("show", "--format", format, "saved.json")
            #expect(shown.exitCode == 0)
            #expect(shown.output.contains(sign))
        }
        // Nobody is asked: the plan was read already.
        let apply = try await workspace.ferry("apply", "--sandbox", "saved.json")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
        let again = try await workspace.ferry("apply", "--sandbox", "saved.json")
        #expect(again.exitCode == 0, "\(again.errorOutput)")
        #expect(again.output.contains("No changes"))
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
    }

    @Test("an edited manifest, an edited image and an edited plan are refused before anything is done")
    func stale() async throws {
        let workspace = try await Workspace()
        #expect(try await workspace.ferry("plan", "--sandbox", "--out", "saved.json", "plan.yaml").exitCode == 0)
        let manifest = try String(contentsOfFile: workspace.folder.path("plan.yaml"), encoding: .utf8)
        try workspace.folder.write(manifest + "# and a word\n", to: "plan.yaml")
        let edited = try await workspace.ferry("apply", "--sandbox", "saved.json")
        #expect(edited.exitCode == 4)
        #expect(edited.errorOutput.contains("plan.yaml was edited"))
        try workspace.folder.write(manifest, to: "plan.yaml")

        var archive = try Data(contentsOf: URL(filePath: workspace.folder.path("archive.raw")))
        archive[5_000_000] ^= 0xFF
        try archive.write(to: URL(filePath: workspace.folder.path("archive.raw")))
        let image = try await workspace.ferry("apply", "--sandbox", "saved.json")
        #expect(image.exitCode == 4)
        #expect(image.errorOutput.contains("fleet/archive@us-east-1a: the image archive.raw has another content"))

        let saved = try String(contentsOfFile: workspace.folder.path("saved.json"), encoding: .utf8)
        try workspace.folder.write(saved.replacing("\"volumeSize\":2", with: "\"volumeSize\":3"), to: "saved.json")
        let changed = try await workspace.ferry("apply", "--sandbox", "saved.json")
        #expect(changed.exitCode == 1)
        #expect(changed.errorOutput.contains("not a sound plan file"))
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 0, volumes: 0))
    }

    @Test("--expect holds apply to the plan that was read")
    func expect() async throws {
        let workspace = try await Workspace()
        let line = try await workspace.ferry("plan", "--sandbox", "--format", "line", "plan.yaml").output
        let digest = String(line.dropLast().suffix(64))
        let other = String(repeating: "0", count: 64)
        let refused = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "--expect", other, "plan.yaml")
        #expect(refused.exitCode == 4)
        #expect(refused.errorOutput.contains("--expect names \(other), and the plan's digest is \(digest)"))
        let usage = try await workspace.ferry("apply", "--sandbox", "--expect", "abc", "plan.yaml")
        #expect(usage.exitCode == 64)
        let done = try await workspace.ferry("apply", "--sandbox", "--auto-approve", "--expect", digest, "plan.yaml")
        #expect(done.exitCode == 0, "\(done.output)\(done.errorOutput)")
    }

    @Test("targets, exclusions and replacements; a slip is told")
    func choices() async throws {
        let workspace = try await Workspace()
        let some = try await workspace.ferry(
            "apply",
            "--sandbox",
            "--auto-approve",
            "--target",
            "fleet/db",
            "--exclude",
            "*@us-east-1b",
            "plan.yaml"
        )
        #expect(some.exitCode == 0, "\(some.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 1, volumes: 1))
        let slip = try await workspace.ferry("plan", "--sandbox", "--target", "fleet/bd", "plan.yaml")
        #expect(slip.exitCode == 1)
        #expect(slip.errorOutput.contains("--target “fleet/bd”: no import matches; did you mean “fleet/db”?"))
        let replaced = try await workspace.ferry(
            "apply",
            "--sandbox",
            "--auto-approve",
            "--target",
            "fleet/db@us-east-1a",
            "--replace",
            "fleet/db@us-east-1a",
            "plan.yaml"
        )
        #expect(replaced.exitCode == 0, "\(replaced.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 2, volumes: 2))
        let unasked = try await workspace.ferry("plan", "--sandbox", "--refresh=false", "plan.yaml")
        #expect(unasked.output.contains("3 to create"))
        #expect(unasked.output.contains("EC2 was not asked"))
        let only = try await workspace.ferry("plan", "--sandbox", "--refresh-only", "--detailed-exitcode", "plan.yaml")
        #expect(only.exitCode == 0)
        #expect(only.output.contains("--refresh-only leaves “create” undone"))
    }

    @Test("a removed import that is converting is cancelled on --cancel-removed")
    func cancelRemoved() async throws {
        let workspace = try await Workspace()
        let (server, environment) = try await workspace.serve("--conversion-seconds", "60")
        defer { server.crash() }
        try await beginWeb(in: workspace, environment)
        try removeWeb(from: workspace)
        let options = ["--target", "fleet/web", "plan.yaml"]
        let plan = try await Command.run(
            [Workspace.ferry, "plan"] + options,
            in: workspace.folder.path,
            environment: environment
        )
        #expect(
            plan.output.contains("goes on converting, and is forgotten when it is done; --cancel-removed cancels it"),
            "\(plan.output)\(plan.errorOutput)"
        )
        let apply = try await Command.run(
            [Workspace.ferry, "apply", "--auto-approve", "--cancel-removed"] + options,
            in: workspace.folder.path,
            environment: environment
        )
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(apply.output.contains("1 forgotten"))
        let tasks = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path("data/tasks"))
        let task = try #require(tasks.first { $0.hasSuffix(".json") })
        let record = try String(contentsOfFile: workspace.folder.path("data/tasks/\(task)"), encoding: .utf8)
        #expect(record.contains("cancel"))
    }

    @Test("a removed import that is converting is forgotten when it is done: its volume stays, its parts go")
    func forgetConverting() async throws {
        let workspace = try await Workspace()
        let (server, environment) = try await workspace.serve("--conversion-seconds", "5")
        defer { server.crash() }
        try await beginWeb(in: workspace, environment)
        let refused = try await workspace.ferry("state", "rm", "fleet/web@us-east-1a")
        #expect(
            refused.exitCode == 1 && refused.errorOutput.contains("EC2 may be converting"),
            "\(refused.errorOutput)"
        )
        try removeWeb(from: workspace)
        let apply = try await workspace.ferry(
            "apply",
            "--auto-approve",
            "--target",
            "fleet/web",
            "plan.yaml",
            environment: environment
        )
        #expect(apply.exitCode == 0 && apply.output.contains("1 forgotten"), "\(apply.output)\(apply.errorOutput)")
        #expect(try workspace.counts(in: "data") == (tasks: 1, volumes: 1))
        #expect(try await workspace.ferry("state", "list").output == "")
        #expect(try workspace.stagedKeys(in: "data") == [])
    }

    /// Runs ferry and stops it again and again until the conversion of `web.vhd` is under way.
    private func beginWeb(in workspace: Workspace, _ environment: [String: String]) async throws {
        for _ in 0..<10 {
            _ = try await Command.run(
                [
                    "timeout", "-s", "INT", "3", Workspace.ferry, "apply", "--auto-approve", "--target", "fleet/web",
                    "plan.yaml",
                ],
                in: workspace.folder.path,
                environment: environment
            )
            if try await workspace.ferry("status").output.contains("converting") { return }
        }
        Issue.record("no run was stopped while web.vhd was converting")
    }

    private func removeWeb(from workspace: Workspace) throws {
        let manifest = try String(contentsOfFile: workspace.folder.path("plan.yaml"), encoding: .utf8)
        let without = manifest.split(separator: "\n").filter { !$0.contains("web.vhd") }.joined(separator: "\n")
        try workspace.folder.write(without + "\n", to: "plan.yaml")
    }
}
