import Foundation
import TestSupport
import Testing

/// What `plan` and `comment` of `.github/actions/ferry-plan` do with files and comments that others control.
@Suite("A pull request cannot redirect the files and comments of its plan", .serialized)
struct PullRequestPlanTests {
    @Test("links to the outside where ferry writes are rejected before anything is written")
    func links() async throws {
        let action = try await PullRequestAction()
        let folder = action.workspace.folder
        let outside = try TemporaryDirectory()
        try outside.write("untouched", to: "secret")
        let cases: [(link: String, target: String, changes: [String: String])] = [
            (".ferry", "", [:]),
            (".ferry/digests", "", [:]),
            ("ferry.state.json", "secret", [:]),
            ("ferry.state.json.journal", "secret", [:]),
            ("states", "", ["STATE": "states/ferry.state.json"]),
            ("states", "", ["STATE": folder.path("states/ferry.state.json")]),
            ("infra", "", ["WORKING_DIRECTORY": "infra/"]),
        ]
        for (link, target, changes) in cases {
            let path = folder.path(link)
            let parent = URL(filePath: path).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            let destination = target.isEmpty ? outside.path : outside.path(target)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: destination)
            for script in ["plan", "apply"] {
                let result = try await action.run(script, changes)
                #expect(result.exitCode == 1, "\(link): \(result.output)\(result.errorOutput)")
                #expect(result.errorOutput.hasPrefix("::error title=ferry::"), "\(result.errorOutput)")
                #expect(result.errorOutput.contains(link), "\(result.errorOutput)")
            }
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == ["secret"])
        #expect(try String(contentsOfFile: outside.path("secret"), encoding: .utf8) == "untouched")
        #expect(try action.outputs.isEmpty)
    }

    @Test("the files of the plan are written outside the workspace, past links with their names")
    func planFiles() async throws {
        let action = try await PullRequestAction()
        let folder = action.workspace.folder
        let secret = try folder.write("untouched", to: "secret")
        for name in ["ferry-plan.json", "ferry-plan.md", "ferry-plan.html", ".ferry-plan"] {
            try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: secret)
        }
        let plan = try await action.plan()
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        #expect(try String(contentsOfFile: secret, encoding: .utf8) == "untouched")
        #expect(try action.outputs["folder"]?.hasPrefix(action.hub.temporary) == true)
        #expect(try action.planned("ferry-plan.html").hasPrefix("<!doctype html>"))
    }

    @Test("a plan cannot add outputs, and a key cannot alter names")
    func outputs() async throws {
        let action = try await PullRequestAction()
        try PullRequestAction.writeProgram(
            #"case " $* " in *" line "*) printf 'ferry plan: digest\ninjected=1\n' ;; *) echo text ;; esac"#,
            to: "bin/ferry",
            in: action.workspace.folder
        )
        let forged = try await action.run("plan")
        #expect(forged.exitCode == 1)
        #expect(forged.errorOutput.contains("invalid plan digest"))
        #expect(try action.outputs.isEmpty)
        for key in ["a/b", "a b", "a\nb", "-->", "a--b", ""] {
            let result = try await action.run("plan", ["KEY": key])
            #expect(result.exitCode == 1 && result.errorOutput.contains("invalid key"), "\(result.errorOutput)")
        }
    }

    @Test("the comment of another author that begins with the marker is not changed")
    func otherAuthor() async throws {
        let action = try await PullRequestAction()
        try action.hub.comment("<!-- ferry-plan: erp -->\nMine", id: "C50", isOwn: false)
        for _ in 0..<2 { #expect(try await action.plan().exitCode == 0) }
        let comments = try action.hub.comments()
        #expect(comments.map(\.id) == ["C1", "C2", "C50", "C103"])
        #expect(comments[2].body == "<!-- ferry-plan: erp -->\nMine")
    }

    @Test("a comment without a body is passed over, also one by the token's own user")
    func nullBody() async throws {
        let action = try await PullRequestAction()
        try action.hub.comment(nil, id: "C50", isOwn: false)
        try action.hub.comment(nil, id: "C51", isOwn: true)
        for _ in 0..<2 {
            let plan = try await action.plan()
            #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        }
        #expect(try action.hub.comments().map(\.id) == ["C1", "C2", "C50", "C51", "C104"])
    }

    @Test("a comment that is deleted before it is updated is replaced with a new one; other errors are reported")
    func deletedComment() async throws {
        let action = try await PullRequestAction()
        #expect(try await action.plan().exitCode == 0)
        #expect(try action.hub.comments().map(\.id) == ["C1", "C2", "C102"])
        try action.hub.comment("After it", id: "C60", isOwn: false)
        try action.hub.failUpdate(isNotFound: true)
        let second = try await action.plan()
        #expect(second.exitCode == 0, "\(second.output)\(second.errorOutput)")
        #expect(try action.hub.comments().map(\.id) == ["C1", "C2", "C60", "C103"])
        #expect(try action.hub.comments().last?.body.hasPrefix("<!-- ferry-plan: erp -->\n") == true)
        try action.hub.failUpdate(isNotFound: false)
        let third = try await action.plan()
        #expect(third.exitCode == 1)
        #expect(third.errorOutput.hasPrefix("::error title=ferry::cannot update the comment: "), "\(third.errorOutput)")
        #expect(third.errorOutput.contains("gh: Resource not accessible%0A::warning::100%25"), "\(third.errorOutput)")
        #expect(third.errorOutput.split(separator: "\n").count == 1)
        #expect(try action.hub.comments().count == 4)
    }

    @Test("among more than 100 comments, the action's own is updated")
    func manyComments() async throws {
        let action = try await PullRequestAction()
        for number in 0..<120 { try action.hub.comment("Comment \(number)", id: "A\(number)", isOwn: number % 2 == 0) }
        #expect(try await action.plan().exitCode == 0)
        for number in 0..<120 { try action.hub.comment("Comment \(number)", id: "B\(number)", isOwn: number % 2 == 0) }
        let second = try await action.plan()
        #expect(second.exitCode == 0, "\(second.output)\(second.errorOutput)")
        let own = try action.hub.comments().filter { $0.body.hasPrefix("<!-- ferry-plan: erp -->\n") }
        #expect(own.map(\.id) == ["C222"])
        #expect(try action.hub.comments().count == 243)
    }

    @Test("a slow run does not replace the plan of a newer commit")
    func newerCommit() async throws {
        let action = try await PullRequestAction()
        try action.hub.push("newer")
        let plan = try await action.plan()
        #expect(plan.exitCode == 0)
        #expect(plan.output.contains("::notice title=ferry::the pull request has a newer commit"))
        #expect(try action.hub.comments().count == 2)
    }

    @Test("a plan of the greatest length fits into the comment and the check run", arguments: [65_480, 65_536])
    func longPlan(length: Int) async throws {
        let action = try await PullRequestAction()
        let head = "<!-- ferry-plan: erp -->\n## ferry plan: 9 to create\n\n"
        let text = head + String(repeating: "x", count: length - head.utf8.count)
        try action.workspace.folder.write(text, to: "ferry-plan.md")
        let digest = String(repeating: "a", count: 64)
        let changes = ["PLAN_FOLDER": action.workspace.folder.path, "DIGEST": digest]
        for script in ["check", "comment"] {
            let result = try await action.run(script, changes)
            #expect(result.exitCode == 0, "\(result.output)\(result.errorOutput)")
        }
        let body = try #require(try action.hub.comments().last?.body)
        #expect(body.hasPrefix(text) && body.utf8.count <= 65_536)
        #expect(body.hasSuffix("\nPlanned for commit reviewed.\n") == (length < 65_536))
        let output = try #require(try action.hub.checks().last?["output"] as? [String: String])
        #expect(output["title"] == "9 to create")
        let summary = try #require(output["summary"])
        #expect(length < 65_536 ? summary == text : summary.contains("Plan digest: \(digest)"))
    }

    @Test("a fork's pull request gets an explanation, and pull_request_target an error")
    func fork() async throws {
        let action = try await PullRequestAction()
        // The repository of a fork that was deleted has no name.
        for repository in ["fork/plans", ""] {
            let plan = try await action.run("plan", ["HEAD_REPOSITORY": repository, "ROLE": "unused"])
            #expect(plan.exitCode == 1)
            #expect(plan.errorOutput.hasPrefix("::error title=ferry::pull request from a fork: no credentials"))
        }
        let summary = try String(contentsOfFile: action.workspace.folder.path("summary"), encoding: .utf8)
        #expect(summary.contains("git fetch origin pull/5/head\n"))
        #expect(!FileManager.default.fileExists(atPath: action.workspace.folder.path(".ferry")))
        let target = try await action.run("plan", ["GITHUB_EVENT_NAME": "pull_request_target"])
        #expect(target.exitCode == 1)
        #expect(target.errorOutput.contains("pull_request_target is not supported"))
    }
}
