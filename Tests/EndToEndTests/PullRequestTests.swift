import Foundation
import TestSupport
import Testing

/// The scripts of `.github/actions/ferry-plan`, and those that its README gives for GitLab, as they stand there.
@Suite("Plans in pull requests", .serialized)
struct PullRequestTests {
    private static let action = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.github/actions/ferry-plan").standardizedFileURL.path

    /// A folder in which `ferry` is a program that works in the sandbox.
    private static func workspace() async throws -> Workspace {
        let workspace = try await Workspace()
        let script = """
            #!/bin/bash
            case $1 in plan | apply) exec "\(Workspace.ferry)" "$@" --sandbox ;; esac
            exec "\(Workspace.ferry)" "$@"
            """
        try workspace.folder.write(script, to: "bin/ferry")
        let path = workspace.folder.path("bin/ferry")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return workspace
    }

    private static func run(_ script: String, in workspace: Workspace, _ hub: GitHubProgram) async throws -> Command {
        var environment = hub.environment
        environment["FERRY"] = workspace.folder.path("bin/ferry")
        environment["MANIFESTS"] = "plan.yaml"
        environment["OPTIONS"] = "--exclude fleet/web@*"
        environment["STATE"] = "ferry.state.json"
        environment["KEY"] = "erp"
        environment["GITHUB_OUTPUT"] = workspace.folder.path("outputs")
        environment["GITHUB_STEP_SUMMARY"] = workspace.folder.path("summary")
        return try await Command.run(
            ["bash", "\(action)/\(script)"],
            in: workspace.folder.path,
            environment: environment
        )
    }

    @Test("the action plans, keeps one comment up to date, and applies exactly that plan after the merge")
    func action() async throws {
        let (workspace, hub) = (try await Self.workspace(), try GitHubProgram())
        let plan = try await Self.run("plan", in: workspace, hub)
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        let outputs = try String(contentsOfFile: workspace.folder.path("outputs"), encoding: .utf8)
        #expect(outputs.wholeMatch(of: /changes=true\ndigest=[0-9a-f]{64}\n/) != nil, "\(outputs)")
        let markdown = try String(contentsOfFile: workspace.folder.path("ferry-plan.md"), encoding: .utf8)
        #expect(markdown.hasPrefix("<!-- ferry-plan: erp -->\n"))
        #expect(try String(contentsOfFile: workspace.folder.path("summary"), encoding: .utf8) == markdown)

        #expect(try await Self.run("comment", in: workspace, hub).exitCode == 0)
        #expect(try hub.comments().map(\.id) == [1, 2, 102])
        #expect(try hub.comments().last?.body == markdown)
        // Another push: the comment is found by its marker, those of others are left alone.
        let manifest = try String(contentsOfFile: workspace.folder.path("plan.yaml"), encoding: .utf8)
        try workspace.folder.write(manifest.replacing("2 GiB", with: "3 GiB"), to: "plan.yaml")
        #expect(try await Self.run("plan", in: workspace, hub).exitCode == 0)
        #expect(try await Self.run("comment", in: workspace, hub).exitCode == 0)
        let comments = try hub.comments()
        #expect(comments.map(\.id) == [1, 2, 102])
        #expect(comments[1].body.hasSuffix("Not yours"))
        #expect(comments[2].body.contains("3 GiB") && !comments[2].body.contains("→ 2 GiB"))

        let files = ["ferry-plan.json", "ferry-plan.html"]
        try hub.keep(files, of: workspace.folder, as: "ferry-plan-erp-reviewed", run: 1, isExpired: true)
        try hub.keep(files, of: workspace.folder, as: "ferry-plan-erp-reviewed", run: 2)
        try hub.merge(head: "reviewed")
        let apply = try await Self.run("apply", in: workspace, hub)
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 3, volumes: 3))
        // It is done: the same plan again has nothing left to do.
        #expect(try await Self.run("apply", in: workspace, hub).exitCode == 0)
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 3, volumes: 3))
    }

    @Test("what was not reviewed is not applied")
    func refusals() async throws {
        let (workspace, hub) = (try await Self.workspace(), try GitHubProgram())
        #expect(try await Self.run("plan", in: workspace, hub).exitCode == 0)
        let direct = try await Self.run("apply", in: workspace, hub)
        #expect(direct.exitCode == 1)
        #expect(direct.errorOutput.contains("no merged pull request has commit merge-commit"))

        try hub.merge(head: "reviewed")
        try hub.keep(["ferry-plan.json"], of: workspace.folder, as: "ferry-plan-erp-earlier", run: 1)
        // Neither a fork's run nor another commit's can put its plan in the place of the one that was read.
        for (run, head, repository, isExpired) in [
            (2, "reviewed", 1, true), (3, "reviewed", 99, false), (4, "other", 1, false),
        ] {
            try hub.keep(
                ["ferry-plan.json"],
                of: workspace.folder,
                as: "ferry-plan-erp-reviewed",
                run: run,
                head: head,
                repository: repository,
                isExpired: isExpired
            )
        }
        let expired = try await Self.run("apply", in: workspace, hub)
        #expect(expired.exitCode == 1)
        #expect(expired.errorOutput.contains("there is no plan ferry-plan-erp-reviewed any more"))

        try hub.keep(["ferry-plan.json"], of: workspace.folder, as: "ferry-plan-erp-reviewed", run: 5)
        let manifest = try String(contentsOfFile: workspace.folder.path("plan.yaml"), encoding: .utf8)
        try workspace.folder.write(manifest + "# edited after the review\n", to: "plan.yaml")
        let edited = try await Self.run("apply", in: workspace, hub)
        #expect(edited.exitCode == 4)
        #expect(edited.errorOutput.contains("plan.yaml was edited"))
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 0, volumes: 0))

        // A plan that cannot be made is no comment, and its problems are annotations.
        try workspace.folder.write(manifest.replacing("us-east-1b", with: "us-east-1q"), to: "plan.yaml")
        let wrong = try await Self.run("plan", in: workspace, hub)
        #expect(wrong.exitCode == 1)
        #expect((wrong.output + wrong.errorOutput).contains("::error file=plan.yaml,line="))
    }

    @Test("GitLab's jobs post one note, fetch the plan of the merge request and apply it")
    func gitLab() async throws {
        let workspace = try await Self.workspace()
        let project = try GitLabProject(plan: workspace.folder.path("ferry-plan.json"))
        defer { project.stop() }
        var environment = project.environment
        environment["PATH"] = "\(workspace.folder.path("bin")):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        // The documentation's paths are those of a migration's own machine.
        let replaced = ["/srv/migration/": "", "plans": "plan.yaml"]
        func run(_ job: String) async throws -> Command {
            var script = try await GitLabProject.script(of: job, in: "\(Self.action)/README.md")
            for (word, other) in replaced { script = script.replacing(word, with: other) }
            return try await Command.run(
                ["bash", "-eo", "pipefail", "-c", script],
                in: workspace.folder.path,
                environment: environment
            )
        }
        for _ in 0..<2 {
            let plan = try await run("plan")
            #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        }
        #expect(project.calls == ["POST", "PUT 31"])
        #expect(project.note?.hasPrefix("<!-- ferry-plan -->\n## ferry plan: 4 to create") == true)
        let apply = try await run("apply")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
        #expect(try await run("apply").exitCode == 0)
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
    }
}
