import Foundation
import TestSupport
import Testing

/// The jobs that the README of `.github/actions/ferry-plan` gives for GitLab, as they are written there.
@Suite("Plans in merge requests", .serialized)
struct GitLabTests {
    private let workspace: Workspace
    private let project: GitLabProject

    init() async throws {
        workspace = try await PullRequestAction.sandboxWorkspace()
        project = try GitLabProject(plan: workspace.folder.path("ferry-plan/ferry-plan.json"))
    }

    private func run(_ job: String, path: String? = nil) async throws -> Command {
        var environment = project.environment
        let standardPath = "\(workspace.folder.path("bin")):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        environment["PATH"] = path ?? standardPath
        environment["CI_COMMIT_SHA"] = job == "plan" ? "reviewed" : "merge-commit"
        environment["CI_COMMIT_BRANCH"] = job == "plan" ? "" : "main"
        var script = try await GitLabProject.script(of: job, in: "\(PullRequestAction.folder)/README.md")
        // The paths in the README are those of a machine for migrations.
        for (word, other) in [("/srv/migration/", ""), ("ferry-plan.json plans", "ferry-plan.json plan.yaml")] {
            script = script.replacing(word, with: other)
        }
        return try await Command.run(
            ["bash", "-eo", "pipefail", "-c", script],
            in: workspace.folder.path,
            environment: environment
        )
    }

    @Test("GitLab's jobs post one note, fetch the plan of the merge request and apply it")
    func mergeRequest() async throws {
        defer { project.stop() }
        let marker = "<!-- ferry-plan -->"
        project.state.notes.append(GitLabProject.Note(id: 31, author: 8, body: "\(marker)\nMine"))
        let secret = try workspace.folder.write("untouched", to: "secret")
        for _ in 0..<2 {
            // A merge request can contain a link where the plan is written.
            let link = workspace.folder.path("ferry-plan")
            try? FileManager.default.removeItem(atPath: link)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: secret)
            let plan = try await run("plan")
            #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        }
        #expect(try String(contentsOfFile: secret, encoding: .utf8) == "untouched")
        #expect(project.state.calls == ["POST", "PUT 33"])
        #expect(project.state.notes[1].body == "\(marker)\nMine")
        let note = try #require(project.state.notes.last?.body)
        #expect(note.hasPrefix("\(marker)\n## ferry plan: 4 to create"))
        #expect(note.contains(/\n<!-- ferry-plan commit=reviewed job=51 digest=[0-9a-f]{64} -->\n$/))
        for _ in 0..<2 {
            let apply = try await run("apply")
            #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
            #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 4, volumes: 4))
        }
    }

    @Test("GitLab's jobs handle notes without a body, a deleted note and more than 100 notes")
    func unusualNotes() async throws {
        defer { project.stop() }
        project.state.notes[0].hasNullBody = true
        project.state.notes.append(GitLabProject.Note(id: 31, author: 9, body: "", hasNullBody: true))
        #expect(try await run("plan").exitCode == 0)
        project.state.isNoteDeleted = true
        let second = try await run("plan")
        #expect(second.exitCode == 0, "\(second.output)\(second.errorOutput)")
        #expect(project.state.calls == ["POST", "POST"])
        // The server answers with one note a page.
        let others = (100..<220).map { GitLabProject.Note(id: $0, author: 9, body: "Note \($0)") }
        project.state.notes.insert(contentsOf: others, at: 0)
        let third = try await run("plan")
        #expect(third.exitCode == 0, "\(third.output)\(third.errorOutput)")
        #expect(project.state.calls.count == 3 && project.state.calls.last?.hasPrefix("PUT ") == true)
        let apply = try await run("apply")
        #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
    }

    @Test("GitLab's jobs name a program that is not installed", arguments: ["jq", "curl", "ferry"])
    func missingPrograms(name: String) async throws {
        defer { project.stop() }
        let programs = try PullRequestAction.programs(
            except: name,
            with: ["ferry": workspace.folder.path("bin/ferry")]
        )
        for job in ["plan", "apply"] {
            let result = try await run(job, path: programs.path)
            #expect(result.exitCode == 1)
            #expect(result.errorOutput.contains("error: \(name) not found in PATH"), "\(result.errorOutput)")
        }
        #expect(project.state.calls.isEmpty)
    }

    @Test("GitLab's apply job rejects what was not reviewed")
    func rejections() async throws {
        defer { project.stop() }
        let plan = try await run("plan")
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        let planned = project.state
        let note = try #require(planned.notes.last)
        let digest = try #require(note.body.firstMatch(of: /digest=([0-9a-f]{64})/)?.1)
        let unmerged = "no merge request of this project was merged to main as commit merge-commit"
        let unplanned = "no plan of commit reviewed from before the merge"
        let changes: [(message: String, exitCode: Int32, change: (inout GitLabProject.State) -> Void)] = [
            (unmerged, 1, { $0.targetBranch = "release" }),
            (unmerged, 1, { $0.sourceProject = 8 }),
            (unplanned, 1, { $0.notes[1].author = 8 }),
            (unplanned, 1, { $0.notes[1].updatedAt = "2026-11-26T12:00:01.000Z" }),
            (unplanned, 1, { $0.notes[1].body = note.body.replacing("commit=reviewed", with: "commit=earlier") }),
            (unplanned, 1, { $0.notes[1].body = note.body + "edited\n" }),
            (
                "and the plan's digest is \(digest)", 4,
                { $0.notes[1].body = note.body.replacing(digest, with: String(repeating: "0", count: 64)) }
            ),
            ("job 51 did not plan merge request 3", 1, { $0.jobReference = "main" }),
        ]
        for change in changes {
            var state = planned
            change.change(&state)
            project.state = state
            let apply = try await run("apply")
            #expect(apply.exitCode == change.exitCode, "\(change.message): \(apply.output)\(apply.errorOutput)")
            #expect(apply.errorOutput.contains(change.message), "\(apply.output)\(apply.errorOutput)")
        }
        #expect(try workspace.counts(in: ".ferry/sandbox") == (tasks: 0, volumes: 0))
    }
}
