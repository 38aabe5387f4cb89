import Foundation
import Synchronization
import TestSupport

/// Imitates GitLab's API for a project with one merge request (REST API: notes, merge requests, jobs).
final class GitLabProject: Sendable {
    private static let token = "glpat-example"
    private static let prefix = "/api/v4/projects/7"

    /// A note on the merge request.
    struct Note: Sendable {
        var id: Int
        /// The user's id; 9 is the owner of the token.
        var author: Int
        var body: String
        var updatedAt = "2026-11-26T11:00:00.000Z"
        /// Whether GitLab answers with null for the body.
        var hasNullBody = false

        fileprivate var json: [String: Any] {
            let body: Any = hasNullBody ? NSNull() : body
            return ["id": id, "body": body, "author": ["id": author], "updated_at": updatedAt]
        }
    }

    /// What tests change.
    struct State: Sendable {
        /// The notes, in the order of GitLab's answer.
        var notes = [Note(id: 30, author: 8, body: "When is it?")]
        /// The methods that wrote a note, with the id of one that was updated.
        var calls: [String] = []
        /// Whether the next note that is updated was deleted after it was listed.
        var isNoteDeleted = false
        /// The branch that the merge request was merged to.
        var targetBranch = "main"
        /// The project of the merge request's source branch; 7 is the project itself.
        var sourceProject = 7
        /// The branch or merge request of the plan job's pipeline.
        var jobReference = "refs/merge-requests/3/head"
    }

    private final class Box: Sendable {
        let state = Mutex(State())
    }

    private let box: Box
    private let server: LoopbackServer

    /// Starts a server. The artifact of the plan job is the file at `plan`, as it is when it is requested.
    init(plan: String) throws {
        let box = Box()
        self.box = box
        server = try LoopbackServer { _, request in
            guard request.headers["private-token"] == Self.token else { return .answer(401) }
            if request.path == "/api/v4/user" { return .answer(200, #"{"id": 9}"#) }
            let path = request.path.replacing(Self.prefix, with: "", maxReplacements: 1)
            let words = path.split(separator: "/").map(String.init)
            let state = box.state.withLock { $0 }
            switch (request.method, words) {
            case ("GET", ["merge_requests", "3", "notes"]):
                // One note a page.
                let page = request.form(request.query)["page"].flatMap { Int($0) } ?? 1
                return .answer(200, Self.json(state.notes.dropFirst(page - 1).prefix(1).map(\.json)))
            case ("POST", _) where words == ["merge_requests", "3", "notes"],
                ("PUT", _) where words.count == 4 && words.starts(with: ["merge_requests", "3", "notes"]):
                return box.state.withLock { state in
                    if request.method == "PUT", state.isNoteDeleted {
                        state.isNoteDeleted = false
                        state.notes.removeAll { "\($0.id)" == words.last }
                        return .answer(404, "{}")
                    }
                    Self.write(request, words.dropFirst(3).first, &state)
                    return .answer(200, "{}")
                }
            case ("GET", ["repository", "commits", "merge-commit", "merge_requests"]):
                return .answer(200, Self.json(Self.mergeRequests(state)))
            case ("GET", ["jobs", "51"]):
                let pipeline: [String: Any] = ["ref": state.jobReference, "project_id": 7]
                return .answer(200, Self.json(["id": 51, "name": "plan", "pipeline": pipeline]))
            case ("GET", ["jobs", "51", "artifacts", "ferry-plan", "ferry-plan.json"]):
                return .answer(302, headers: ["Location": "\(Self.prefix)/storage"])
            case ("GET", ["storage"]):
                guard let text = try? String(contentsOfFile: plan, encoding: .utf8) else { return .answer(404) }
                return .answer(200, text)
            default:
                return .answer(404, "{}")
            }
        }
    }

    /// The variables of a job that the jobs use.
    var environment: [String: String] {
        [
            "CI_API_V4_URL": "\(server.url)/api/v4", "CI_PROJECT_ID": "7", "CI_MERGE_REQUEST_IID": "3",
            "CI_JOB_ID": "51", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "", "FERRY_TOKEN": Self.token,
        ]
    }

    /// What tests change.
    var state: State {
        get { box.state.withLock { $0 } }
        set { box.state.withLock { $0 = newValue } }
    }

    func stop() { server.stop() }

    /// A job's script, from the block of a Markdown text that is a `.gitlab-ci.yml`.
    static func script(of job: String, in markdown: String) async throws -> String {
        let program = """
            import re, sys, yaml
            blocks = re.findall(r"^```yaml\\n(.*?)^```", open(sys.argv[1]).read(), re.MULTILINE | re.DOTALL)
            document = next(d for d in map(yaml.safe_load, blocks) if "stages" in d)
            print("\\n".join(document[sys.argv[2]]["script"]))
            """
        let python = ProcessInfo.processInfo.environment["FERRY_TEST_PYTHON"] ?? "python3"
        let result = try await Command.run([python, "-c", program, markdown, job])
        guard result.exitCode == 0 else { throw Workspace.Failure(description: result.errorOutput) }
        return result.output
    }

    private static func write(_ request: LoopbackServer.Request, _ id: String?, _ state: inout State) {
        state.calls.append(([request.method] + [id].compactMap(\.self)).joined(separator: " "))
        let body = request.form(request.text)["body"] ?? ""
        if let index = state.notes.firstIndex(where: { "\($0.id)" == id }) {
            state.notes[index].body = body
        } else {
            state.notes.append(Note(id: 31 + state.notes.count, author: 9, body: body))
        }
    }

    /// The merge requests of the merge commit: one whose branch contains it, and the merged one.
    private static func mergeRequests(_ state: State) -> [[String: Any]] {
        let merged: [String: Any] = [
            "iid": 3, "state": "merged", "merged_at": "2026-11-26T12:00:00.000Z", "sha": "reviewed",
            "merge_commit_sha": "merge-commit", "squash_commit_sha": NSNull(), "target_branch": state.targetBranch,
            "source_project_id": state.sourceProject, "target_project_id": 7,
        ]
        var open = merged
        open.merge(["iid": 4, "state": "opened", "merged_at": NSNull(), "merge_commit_sha": NSNull()]) { $1 }
        return [open, merged]
    }

    private static func json(_ value: Any) -> String {
        (try? JSONSerialization.data(withJSONObject: value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
