import Foundation
import TestSupport
import Testing

/// What `apply` of `.github/actions/ferry-plan` accepts as the reviewed plan.
@Suite("Only the reviewed plan of a pull request is applied", .serialized)
struct PullRequestApplyTests {
    /// Expects that `apply` fails with a message, and that nothing was imported.
    private func expectRejection(
        _ action: PullRequestAction,
        _ message: String,
        exitCode: Int32 = 1,
        _ changes: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let apply = try await action.run("apply", changes)
        #expect(apply.exitCode == exitCode, "\(apply.output)\(apply.errorOutput)", sourceLocation: sourceLocation)
        #expect(
            apply.errorOutput.contains(message),
            "\(apply.output)\(apply.errorOutput)",
            sourceLocation: sourceLocation
        )
        let counts = try action.workspace.counts(in: ".ferry/sandbox")
        #expect(counts == (tasks: 0, volumes: 0), sourceLocation: sourceLocation)
    }

    /// A pull request that was planned and merged.
    private func mergedPullRequest() async throws -> PullRequestAction {
        let action = try await PullRequestAction()
        let plan = try await action.plan()
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        try action.hub.merge()
        return action
    }

    @Test("the commit must be the merge of one pull request from the same repository to the branch")
    func pullRequest() async throws {
        let action = try await mergedPullRequest()
        typealias Hub = GitHubProgram
        try action.hub.merge([])
        try await expectRejection(action, "no pull request was merged to main as commit merge-commit")
        try action.hub.merge([Hub.pull(base: "release")])
        try await expectRejection(action, "no pull request was merged to main as commit merge-commit")
        // A later pull request whose branch contains the commit.
        try action.hub.merge([Hub.pull(commit: "later")])
        try await expectRejection(action, "no pull request was merged to main as commit merge-commit")
        try action.hub.merge([Hub.pull(), Hub.pull(number: 6)])
        try await expectRejection(action, "several pull requests were merged as commit merge-commit")
        for source in ["fork/plans", nil] {
            try action.hub.merge([Hub.pull(source: source)])
            try await expectRejection(action, "pull request 5 came from a fork")
        }
        try action.hub.merge()
        try await expectRejection(action, "refs/tags/v1 is not a branch", ["GITHUB_REF": "refs/tags/v1"])
    }

    @Test("the digest must come from a check run that the action wrote for the merged commit before the merge")
    func checkRun() async throws {
        let action = try await mergedPullRequest()
        let reviewed = try #require(try action.hub.checks().last)
        let id = try #require(reviewed["external_id"] as? String)
        let missing = "no check run \"ferry plan: erp\" on commit reviewed from before the merge"
        let changes: [(key: String, value: Any, message: String)] = [
            // The branch had another commit when it was merged.
            ("head_sha", "earlier", missing),
            ("name", "ferry plan: crm", missing),
            ("app", ["slug": "other-app"], missing),
            ("conclusion", "failure", missing),
            ("completed_at", "2026-11-26T12:00:01Z", missing),
            (
                "external_id", id.replacing("pull-request=5", with: "pull-request=6"),
                "does not record a plan of pull request 5"
            ),
            ("external_id", id.dropLast() + "g", "does not record a plan of pull request 5"),
        ]
        for change in changes {
            var forged = reviewed
            forged[change.key] = change.value
            try action.hub.setChecks([forged])
            try await expectRejection(action, change.message)
        }
    }

    @Test("a digest that is not the artifact's is not applied, whatever a comment says")
    func digest() async throws {
        let action = try await mergedPullRequest()
        let reviewed = try #require(try action.hub.checks().last)
        let digest = try #require(try action.outputs["digest"])
        let other = String(repeating: "0", count: 64)
        var forged = reviewed
        forged["external_id"] = (reviewed["external_id"] as? String)?.replacing(digest, with: other)
        try action.hub.setChecks([forged])
        try action.hub.comment("<!-- ferry-plan: erp -->\nPlan digest: `\(digest)`\n", id: "C9", isOwn: true)
        try await expectRejection(action, "--expect names \(other), and the plan's digest is \(digest)", exitCode: 4)
    }

    @Test("a plan that was made after the merge is not applied, and the one from before is not replaced by it")
    func laterPlan() async throws {
        let action = try await mergedPullRequest()
        let folder = action.workspace.folder
        let manifest = try String(contentsOfFile: folder.path("plan.yaml"), encoding: .utf8)
        let archive = try await action.archive(try action.planFiles)
        try FileManager.default.copyItem(atPath: archive, toPath: folder.path("reviewed.zip"))
        try folder.write(manifest.replacing("2 GiB", with: "3 GiB"), to: "plan.yaml")
        try action.hub.setTime("2026-11-26T13:00:00Z")
        #expect(try await action.plan(["GITHUB_RUN_ATTEMPT": "2"]).exitCode == 0)
        #expect(try action.hub.checks().count == 2)
        try await expectRejection(action, "and the plan's digest is", exitCode: 4)
        try folder.write(manifest, to: "plan.yaml")
        try action.hub.keep(folder.path("reviewed.zip"))
        let apply = try await action.run("apply")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
    }

    @Test("the artifact must be from a pull request's run of the same workflow file, commit and repository")
    func workflowRun() async throws {
        let action = try await mergedPullRequest()
        let hub = action.hub
        try hub.setRun(path: ".github/workflows/other.yml")
        try await expectRejection(action, "its workflow is .github/workflows/other.yml, not \(GitHubProgram.workflow)")
        try hub.setRun(event: "push")
        try await expectRejection(action, "its event is push, not pull_request")
        try hub.setRun(head: "other")
        try await expectRejection(action, "its commit is other, not reviewed")
        try hub.setRun(repository: 99)
        try await expectRejection(action, "its commit is from another repository")

        try hub.setRun(path: "\(GitHubProgram.workflow)@refs/pull/5/merge")
        let missing = "no artifact ferry-plan-erp-reviewed-1 in workflow run 7"
        let archive = try await action.archive(try action.planFiles)
        try hub.keep(archive, isExpired: true)
        try await expectRejection(action, missing)
        try hub.keep(archive, run: 8)
        try await expectRejection(action, missing)
        try hub.keep(archive, head: "other")
        try await expectRejection(action, missing)
        try hub.keep(archive, repository: 99)
        try await expectRejection(action, missing)
        try hub.keep(archive, as: "ferry-plan-erp-earlier-1")
        try await expectRejection(action, missing)
        try hub.keep(archive)
        let apply = try await action.run("apply")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
    }

    @Test("the artifact must have exactly the plain files of a plan")
    func archive() async throws {
        let action = try await mergedPullRequest()
        let plan = try action.planFiles
        let html = #"file("ferry-plan.html", "")"#
        for (entries, message) in [
            (
                #"file("ferry-plan.json", "/etc/passwd", stat.S_IFLNK)"# + "\n" + html,
                "ferry-plan.json is not a plain file"
            ),
            (#"file("ferry-plan.json", "", stat.S_IFIFO)"# + "\n" + html, "ferry-plan.json is not a plain file"),
            (plan + "\n" + #"file("run.sh", "")"#, "unexpected file 'run.sh'"),
            (plan + "\n" + #"file("../ferry.state.json", "")"#, "unexpected file '../ferry.state.json'"),
            (plan + "\n" + #"file("/tmp/ferry-plan.json", "")"#, "unexpected file '/tmp/ferry-plan.json'"),
            (plan + "\n" + #"file("a\n::warning::b", "")"#, #"unexpected file 'a\n::warning::b'"#),
            (plan + "\n" + #"file("ferry-plan.json", "{}")"#, "ferry-plan.json occurs 2 times"),
            (html, "ferry-plan.json occurs 0 times"),
        ] {
            try action.hub.keep(try await action.archive(entries))
            try await expectRejection(action, message)
        }
        try action.workspace.folder.write("not an archive", to: "artifact.zip")
        try action.hub.keep(action.workspace.folder.path("artifact.zip"))
        try await expectRejection(action, "File is not a zip file")
        try action.hub.keep(try await action.archive(plan))
        let apply = try await action.run("apply")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
    }
}
