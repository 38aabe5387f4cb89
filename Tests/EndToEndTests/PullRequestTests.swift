import Foundation
import TestSupport
import Testing

/// The scripts of `.github/actions/ferry-plan`, in the order in which `action.yml` runs them.
@Suite("Plans in pull requests", .serialized)
struct PullRequestTests {
    @Test("the action plans, keeps one comment up to date, and applies exactly that plan after the merge")
    func action() async throws {
        let action = try await PullRequestAction()
        let (workspace, hub) = (action.workspace, action.hub)
        let plan = try await action.plan()
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        let outputs = try String(contentsOfFile: workspace.folder.path("outputs"), encoding: .utf8)
        #expect(
            outputs.wholeMatch(of: /changes=true\ndigest=[0-9a-f]{64}\nfolder=\/.*\n/) != nil,
            "\(outputs)"
        )
        let markdown = try action.planned("ferry-plan.md")
        #expect(markdown.hasPrefix("<!-- ferry-plan: erp -->\n"))
        #expect(try String(contentsOfFile: workspace.folder.path("summary"), encoding: .utf8) == markdown)
        #expect(try hub.comments().map(\.id) == ["C1", "C2", "C102"])
        #expect(try hub.comments().last?.body == markdown + "\nPlanned for commit reviewed.\n")
        let check = try #require(try hub.checks().last)
        #expect(check["name"] as? String == "ferry plan: erp")
        #expect(check["head_sha"] as? String == "reviewed")
        #expect((check["output"] as? [String: String])?["title"] == "3 to create")
        #expect((check["output"] as? [String: String])?["summary"] == markdown)

        // After another push the comment is updated, and the comments of others are not.
        let manifest = try String(contentsOfFile: workspace.folder.path("plan.yaml"), encoding: .utf8)
        try workspace.folder.write(manifest.replacing("2 GiB", with: "3 GiB"), to: "plan.yaml")
        let second = try await action.plan()
        #expect(second.exitCode == 0, "\(second.output)\(second.errorOutput)")
        let comments = try hub.comments()
        #expect(comments.map(\.id) == ["C1", "C2", "C102"])
        #expect(comments[1].body.hasSuffix("Not yours"))
        #expect(comments[2].body.contains("3 GiB") && !comments[2].body.contains("→ 2 GiB"))

        try hub.merge()
        let apply = try await action.run("apply")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
        #expect(try apply.output.contains("Applying plan \(action.outputs["digest"] ?? "?") of pull request 5"))
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 3, volumes: 3))
        // The same plan again has nothing left to do.
        #expect(try await action.run("apply").exitCode == 0)
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 3, volumes: 3))
    }

    @Test("a manifest that was edited after the review makes the plan stale")
    func staleManifest() async throws {
        let action = try await PullRequestAction()
        let folder = action.workspace.folder
        #expect(try await action.plan().exitCode == 0)
        try action.hub.merge()
        let manifest = try String(contentsOfFile: folder.path("plan.yaml"), encoding: .utf8)
        try folder.write(manifest + "# edited after the review\n", to: "plan.yaml")
        let edited = try await action.run("apply")
        #expect(edited.exitCode == 4)
        #expect(edited.errorOutput.contains("plan.yaml was edited"))
        #expect(try action.workspace.counts(in: ".ferry/sandbox") == (tasks: 0, volumes: 0))
    }

    @Test("a manifest with errors is annotated, and writes neither a check run nor a comment")
    func invalidManifest() async throws {
        let action = try await PullRequestAction()
        let folder = action.workspace.folder
        let manifest = try String(contentsOfFile: folder.path("plan.yaml"), encoding: .utf8)
        try folder.write(manifest.replacing("us-east-1b", with: "us-east-1q"), to: "plan.yaml")
        let wrong = try await action.plan()
        #expect(wrong.exitCode == 1)
        #expect((wrong.output + wrong.errorOutput).contains("::error file=plan.yaml,line="))
        #expect(try action.hub.checks().isEmpty)
        #expect(try action.hub.comments().count == 2)
        #expect(try action.outputs.isEmpty)
    }

    @Test("action.yml passes each script the variables that it reads, and names the artifact that apply expects")
    func definition() async throws {
        let program = #"""
            import pathlib, re, sys, yaml
            folder = pathlib.Path(sys.argv[1])
            steps = yaml.safe_load((folder / "action.yml").read_text())["runs"]["steps"]
            scripts = []
            for step in steps:
                if "run" not in step:
                    continue
                scripts.append(re.fullmatch(r'exec bash "\$GITHUB_ACTION_PATH/(\w+)"', step["run"]).group(1))
                text = (folder / scripts[-1]).read_text()
                read = {"GH_TOKEN"} if "gh api" in text else set()
                if "check_workspace" in text:
                    text += (folder / "common").read_text()
                if "web-identity" in text:
                    read.add("AUDIENCE")
                read |= {name for name in re.findall(r"\$\{?([A-Z][A-Z_]+)", text)}
                read -= {"PWD", "BASH_SOURCE", "BASH_REMATCH", "TMPDIR", "RUNNER_TEMP"}
                print(scripts[-1], sorted(n for n in read - set(step["env"]) if not n.startswith("GITHUB_")))
            upload = next(s for s in steps if s.get("uses", "").startswith("actions/upload-artifact@"))
            name = upload["with"]["name"]
            for expression, value in [
                ("inputs.key", "erp"), ("github.event.pull_request.head.sha || github.sha", "reviewed"),
                ("github.run_attempt", "1"),
            ]:
                name = name.replace("${{ " + expression + " }}", value)
            print(name)
            """#
        let python = ProcessInfo.processInfo.environment["FERRY_TEST_PYTHON"] ?? "python3"
        let result = try await Command.run([python, "-c", program, PullRequestAction.folder])
        let expected = """
            plan []
            check []
            comment []
            apply []
            ferry-plan-erp-reviewed-1

            """
        #expect(result.output == expected, "\(result.errorOutput)")
    }
}
