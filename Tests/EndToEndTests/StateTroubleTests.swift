import Foundation
import TestSupport
import Testing

@Suite("A state that cannot be written or read", .serialized)
struct StateTroubleTests {
    /// The exit code for a state that cannot be read or written.
    private static let inaccessible: Int32 = 6
    /// The exit code for a state that is there and cannot be used.
    private static let unusable: Int32 = 7

    @Test(
        "a disk that is full: a clear error, nothing lost, and with room it goes on",
        .enabled(if: SmallDisk.isAvailable)
    )
    func diskFull() async throws {
        let workspace = try await Workspace()
        let disk = try SmallDisk(at: workspace.folder.path("state"), kibibytes: 12)
        defer { disk.remove() }
        let arguments = ["apply", "--sandbox", "--auto-approve", "--state", "state/ferry.state.json", "plan.yaml"]
        let full = try await Command.run([Workspace.ferry] + arguments, in: workspace.folder.path)
        #expect(full.exitCode == Self.inaccessible)
        #expect(full.errorOutput.contains("No space left on device"), "\(full.errorOutput)")
        try disk.remount(kibibytes: 4096)
        let again = try await Command.run([Workspace.ferry] + arguments, in: workspace.folder.path)
        #expect(again.exitCode == 0, "\(again.output)\(again.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
    }

    @Test(
        "a folder that cannot be written: a clear error before anything is imported",
        .enabled(if: SmallDisk.isAvailable)
    )
    func readOnly() async throws {
        let workspace = try await Workspace()
        let disk = try SmallDisk(at: workspace.folder.path("state"), kibibytes: 64)
        defer { disk.remove() }
        try disk.remount(kibibytes: 64, isReadOnly: true)
        let apply = try await workspace.ferry(
            "apply",
            "--sandbox",
            "--auto-approve",
            "--state",
            "state/ferry.state.json",
            "plan.yaml"
        )
        #expect(apply.exitCode == Self.inaccessible)
        #expect(apply.errorOutput.contains("Read-only file system"), "\(apply.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 0, volumes: 0))
    }

    @Test("files that may not grow: a clear error, nothing lost, and without the limit it goes on")
    func fileLimit() async throws {
        let workspace = try await Workspace()
        let (server, environment) = try await workspace.serve()
        defer { server.crash() }
        // In KiB. The digests of the images take little; the journal of four imports takes more.
        let limited = ["bash", "-c", "ulimit -f 2; exec \"$@\"", "bash", Workspace.ferry]
        let full = try await Command.run(
            limited + ["apply", "--auto-approve", "plan.yaml"],
            in: workspace.folder.path,
            environment: environment
        )
        #expect(full.exitCode == Self.inaccessible, "\(full.output)\(full.errorOutput)")
        #expect(full.errorOutput.contains("File too large"), "\(full.errorOutput)")
        let again = try await workspace.ferry("apply", "--auto-approve", "plan.yaml", environment: environment)
        #expect(again.exitCode == 0, "\(again.output)\(again.errorOutput)")
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
    }

    /// Whether the kernel lets users hard-link only their own files (proc(5), `fs.protected_hardlinks`).
    private static var protectsHardLinks: Bool {
        (try? String(contentsOfFile: "/proc/sys/fs/protected_hardlinks", encoding: .utf8))?.first == "1"
    }

    @Test(
        "a state file that cannot be hard-linked, as on a file system without hard links: the backup is a copy",
        .enabled(if: OtherUser.isAvailable && protectsHardLinks, "needs root, setpriv, and protected hard links")
    )
    func withoutHardLinks() async throws {
        let workspace = try await Workspace()
        let (server, environment) = try await workspace.serve()
        defer { server.crash() }
        let folder = workspace.folder
        let state = #"{"version": 2, "lineage": "0f2f7d4c-4b5e-4e11-9d5b-0d0a6b6c1a11", "serial": 1, "imports": {}}"#
        try folder.write(state, to: "ferry.state.json")
        try OtherUser.give(folder.path)
        let apply = try await OtherUser.run(
            [Workspace.ferry, "apply", "--auto-approve", "plan.yaml"],
            in: folder.path,
            environment: environment.merging(["HOME": folder.path]) { $1 }
        )
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
        #expect(FileManager.default.fileExists(atPath: folder.path("ferry.state.json.backup")))
    }

    @Test("JSON of another program that is named as the state is not touched, and called what it is")
    func foreignState() async throws {
        let workspace = try await Workspace()
        let text = #"{"version": 4, "terraform_version": "1.9.0", "serial": 7, "lineage": "a", "resources": []}"#
        try workspace.folder.write(text, to: "terraform.tfstate")
        let apply = try await workspace.ferry(
            "apply",
            "--sandbox",
            "--auto-approve",
            "--state",
            "terraform.tfstate",
            "plan.yaml"
        )
        #expect(apply.exitCode == Self.unusable)
        #expect(apply.errorOutput.contains(#"not a ferry state: it has no "imports""#), "\(apply.errorOutput)")
        #expect(try String(contentsOfFile: workspace.folder.path("terraform.tfstate"), encoding: .utf8) == text)
    }

    @Test(
        "a folder that belongs to somebody else: a clear error before anything is imported",
        .enabled(if: OtherUser.isAvailable, "needs root and setpriv, to become another user")
    )
    func permissionDenied() async throws {
        let workspace = try await Workspace()
        let (server, environment) = try await workspace.serve()
        defer { server.crash() }
        let folder = workspace.folder
        func other(_ arguments: String...) async throws -> Command {
            try await OtherUser.run(
                [Workspace.ferry] + arguments,
                in: folder.path,
                // The home of root is not that user's.
                environment: environment.merging(["HOME": folder.path]) { $1 }
            )
        }
        // The working folder itself.
        let anywhere = try await other("apply", "--auto-approve", "plan.yaml")
        #expect(anywhere.exitCode == Self.inaccessible, "\(anywhere.errorOutput)")
        #expect(anywhere.errorOutput.contains("ferry.state.json.lock: cannot create the lock: Permission denied"))
        // Without a state to write, only the cache is missing.
        let uncached = try await other("plan", "plan.yaml")
        #expect(uncached.exitCode == 0 && uncached.errorOutput.contains("F0209"), "\(uncached.errorOutput)")
        // The folder of the state alone.
        try OtherUser.give(folder.path)
        try FileManager.default.createDirectory(atPath: folder.path("state"), withIntermediateDirectories: true)
        let state = try await other("apply", "--auto-approve", "--state", "state/ferry.state.json", "plan.yaml")
        #expect(state.exitCode == Self.inaccessible, "\(state.errorOutput)")
        #expect(state.errorOutput.contains("Permission denied"), "\(state.errorOutput)")
        #expect(try workspace.counts(in: "data") == (tasks: 0, volumes: 0))
        // A state that may not be read is not taken for none.
        let mine = try await workspace.ferry("apply", "--auto-approve", "plan.yaml", environment: environment)
        #expect(mine.exitCode == 0, "\(mine.errorOutput)")
        // The digests that root's run remembers are not that user's either, and not what this is about.
        try FileManager.default.removeItem(atPath: folder.path(".ferry"))
        let plan = try await other("plan", "plan.yaml")
        #expect(plan.exitCode == Self.inaccessible && plan.errorOutput.contains("Permission denied"), "\(plan.output)")
        #expect(try workspace.counts(in: "data") == (tasks: 4, volumes: 4))
    }

    @Test("a state of a later ferry, an empty one and one that is gone are told, and stay as they are")
    func unreadable() async throws {
        let workspace = try await Workspace()
        for (text, words) in [
            (#"{"version": 3, "lineage": "x", "serial": 1, "imports": {}}"#, "Use the later ferry"),
            ("", "the state file is empty"), (#"{"version": 1, "lin"#, "damaged at byte 19"),
        ] {
            try workspace.folder.write(text, to: "ferry.state.json")
            for command in [["plan"], ["apply", "--auto-approve"]] {
                let result = try await Command.run(
                    [Workspace.ferry] + command + ["--sandbox", "--state", "ferry.state.json", "plan.yaml"],
                    in: workspace.folder.path
                )
                #expect(result.exitCode == Self.unusable)
                #expect(result.errorOutput.contains(words), "\(result.errorOutput)")
            }
            let kept = try String(contentsOfFile: workspace.folder.path("ferry.state.json"), encoding: .utf8)
            #expect(kept == text)
        }
        try FileManager.default.moveItem(
            atPath: workspace.folder.path("ferry.state.json"),
            toPath: workspace.folder.path("ferry.state.json.backup")
        )
        let gone = try await workspace.ferry("plan", "--sandbox", "--state", "ferry.state.json", "plan.yaml")
        #expect(gone.exitCode == Self.unusable)
        #expect(gone.errorOutput.contains("the state file is gone, but ferry.state.json.backup is there"))
    }

    @Test("state list, show, export, rm and import")
    func stateCommands() async throws {
        let workspace = try await Workspace()
        #expect(try await workspace.ferry("apply", "--sandbox", "--auto-approve", "plan.yaml").exitCode == 0)
        let list = try await workspace.ferry("state", "list", "--sandbox")
        #expect(
            list.output
                == "fleet/archive@us-east-1a\nfleet/db@us-east-1a\nfleet/db@us-east-1b\nfleet/web@us-east-1a\n"
        )
        let show = try await workspace.ferry("state", "show", "--sandbox", "fleet/web@us-east-1a")
        #expect(show.output.contains("web.vhd") && !show.output.contains("archive.raw"))
        let missing = try await workspace.ferry("state", "show", "--sandbox", "fleet/none@us-east-1a")
        #expect(missing.exitCode != 0 && missing.errorOutput.contains("the state holds nothing of"))
        let exported = try await workspace.ferry("state", "export", "--sandbox")
        try workspace.folder.write(exported.output, to: "exported.json")

        #expect(try await workspace.ferry("state", "rm", "--sandbox", "fleet/web@us-east-1a").exitCode == 0)
        let older = try await workspace.ferry("state", "import", "--sandbox", "exported.json")
        #expect(older.exitCode != 0 && older.errorOutput.contains("--force"))
        let forced = try await workspace.ferry("state", "import", "--sandbox", "--force", "exported.json")
        #expect(forced.exitCode == 0, "\(forced.errorOutput)")
        #expect(try await workspace.ferry("state", "list", "--sandbox").output == list.output)
        let plan = try await workspace.ferry("plan", "--sandbox", "--detailed-exitcode", "plan.yaml")
        #expect(plan.exitCode == 0)
        #expect(try await workspace.ferry("state", "unlock", "--sandbox").output == "The state was not locked.\n")
    }
}
