import Foundation
import TestSupport

/// The action `.github/actions/ferry-plan` in a workspace, with an imitation of GitHub.
struct PullRequestAction {
    /// The folder of the action.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.github/actions/ferry-plan").standardizedFileURL.path

    let workspace: Workspace
    let hub: GitHubProgram

    /// Creates a workspace in which `bin/ferry` is ferry with the sandbox.
    init() async throws {
        workspace = try await Self.sandboxWorkspace()
        hub = try GitHubProgram()
    }

    /// A workspace in which `bin/ferry` is ferry with the sandbox.
    static func sandboxWorkspace() async throws -> Workspace {
        let workspace = try await Workspace()
        try writeProgram(
            """
            case $1 in plan | apply) exec "\(Workspace.ferry)" "$@" --sandbox ;; esac
            exec "\(Workspace.ferry)" "$@"
            """,
            to: "bin/ferry",
            in: workspace.folder
        )
        return workspace
    }

    /// Writes a program for Bash.
    static func writeProgram(_ script: String, to name: String, in folder: TemporaryDirectory) throws {
        try folder.write("#!/bin/bash\n\(script)\n", to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path(name))
    }

    /// A folder for `PATH` with the programs that the scripts use, except one.
    ///
    /// - Parameter others: More programs, with their paths.
    static func programs(except missing: String, with others: [String: String] = [:]) throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        let names = [
            "bash", "cat", "curl", "dirname", "env", "find", "grep", "head", "jq", "mkdir", "mktemp", "od", "python3",
            "rm",
            "sed", "tr", "wc",
        ]
        var programs = others
        for name in names where programs[name] == nil {
            programs[name] = ["/usr/bin/\(name)", "/bin/\(name)"].first(where: FileManager.default.isExecutableFile)
        }
        for (name, path) in programs where name != missing {
            try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: path)
        }
        return folder
    }

    /// Runs a script of the action as a step does.
    func run(_ script: String, _ changes: [String: String] = [:]) async throws -> Command {
        var environment = hub.environment
        environment["FERRY"] = workspace.folder.path("bin/ferry")
        environment["MANIFESTS"] = "plan.yaml"
        environment["OPTIONS"] = "--exclude fleet/web@*"
        environment["STATE"] = "ferry.state.json"
        environment["KEY"] = "erp"
        environment["GITHUB_WORKSPACE"] = workspace.folder.path
        environment["GITHUB_OUTPUT"] = workspace.folder.path("outputs")
        environment["GITHUB_STEP_SUMMARY"] = workspace.folder.path("summary")
        let outputs = try self.outputs
        environment["PLAN_FOLDER"] = outputs["folder"]
        environment["DIGEST"] = outputs["digest"]
        return try await Command.run(
            ["bash", "\(Self.folder)/\(script)"],
            in: workspace.folder.path,
            environment: environment.merging(changes) { $1 }
        )
    }

    /// Runs the steps of the plan command: plans, uploads the artifact, and writes the check run and the comment.
    ///
    /// - Returns: The first step that failed, or the last one.
    func plan(_ changes: [String: String] = [:]) async throws -> Command {
        let plan = try await run("plan", changes)
        guard plan.exitCode == 0 else { return plan }
        try hub.setRun()
        try hub.keep(try await archive(planFiles))
        let check = try await run("check", changes)
        guard check.exitCode == 0 else { return check }
        return try await run("comment", changes)
    }

    /// The outputs of the last plan step that are one line.
    var outputs: [String: String] {
        get throws {
            let path = workspace.folder.path("outputs")
            guard FileManager.default.fileExists(atPath: path) else { return [:] }
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            let pairs = lines.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
            return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
        }
    }

    /// The contents of a file that the last plan step wrote.
    func planned(_ name: String) throws -> String {
        try String(contentsOfFile: "\(try outputs["folder"] ?? "")/\(name)", encoding: .utf8)
    }

    /// The entries of the artifact of the last plan, for ``archive(_:)``.
    var planFiles: String {
        get throws {
            let folder = try outputs["folder"] ?? ""
            return """
                file("ferry-plan.json", open("\(folder)/ferry-plan.json").read())
                file("ferry-plan.html", open("\(folder)/ferry-plan.html").read())
                """
        }
    }

    /// Makes a ZIP archive.
    ///
    /// - Parameter entries: Python statements that call `file(name, text, kind)`.
    /// - Returns: Its path.
    func archive(_ entries: String) async throws -> String {
        let path = workspace.folder.path("artifact.zip")
        let program = """
            import stat, sys, zipfile
            archive = zipfile.ZipFile(sys.argv[1], "w")
            def file(name, text, kind=stat.S_IFREG):
                info = zipfile.ZipInfo(name)
                info.external_attr = (kind | 0o644) << 16
                archive.writestr(info, text)
            \(entries)
            archive.close()
            """
        let result = try await Command.run(["python3", "-W", "ignore", "-c", program, path])
        guard result.exitCode == 0 else { throw Workspace.Failure(description: result.errorOutput) }
        return path
    }
}
