import Foundation
import Synchronization
import TestSupport

/// Answers as GitLab's API does for a project with one merge request (REST API: notes, pipelines, jobs).
final class GitLabProject: Sendable {
    private static let token = "glpat-example"
    private static let prefix = "/api/v4/projects/7"

    /// What has been posted.
    private final class Notes: Sendable {
        let state = Mutex((note: String?.none, calls: [String]()))
    }

    private let notes: Notes
    private let server: LoopbackServer

    /// Starts a server. The artifact of the merge request's plan is the file at `plan`, as it is when it is asked for.
    init(plan: String) throws {
        let notes = Notes()
        self.notes = notes
        server = try LoopbackServer { _, request in
            guard request.headers["private-token"] == Self.token else { return .answer(401) }
            let path = request.path.replacing(Self.prefix, with: "", maxReplacements: 1)
            let words = path.split(separator: "/").map(String.init)
            switch (request.method, words) {
            case ("GET", ["merge_requests", "3", "notes"]):
                let other: [String: Any] = ["id": 30, "body": "When is it?"]
                let own = notes.state.withLock { $0.note }.map { ["id": 31, "body": $0] as [String: Any] }
                return .answer(200, Self.json([other] + [own].compactMap(\.self)))
            case ("POST", ["merge_requests", "3", "notes"]), ("PUT", ["merge_requests", "3", "notes", "31"]):
                notes.state.withLock {
                    $0.note = request.form(request.text)["body"]
                    $0.calls.append(([request.method] + words.dropFirst(3)).joined(separator: " "))
                }
                return .answer(200, "{}")
            case ("GET", ["repository", "commits", "merge-commit", "merge_requests"]):
                return .answer(200, Self.json([["iid": 3]]))
            case ("GET", ["merge_requests", "3", "pipelines"]):
                return .answer(200, Self.json([["id": 12], ["id": 11]]))
            case ("GET", ["pipelines", "12", "jobs"]):
                return .answer(200, Self.json([["id": 50, "name": "lint"], ["id": 51, "name": "plan"]]))
            case ("GET", ["jobs", "51", "artifacts", "ferry-plan.json"]):
                return .answer(302, headers: ["Location": "\(Self.prefix)/storage"])
            case ("GET", ["storage"]):
                guard let text = try? String(contentsOfFile: plan, encoding: .utf8) else { return .answer(404) }
                return .answer(200, text)
            default:
                return .answer(404, "{}")
            }
        }
    }

    /// What GitLab tells a job, as far as the jobs use it.
    var environment: [String: String] {
        [
            "CI_API_V4_URL": "\(server.url)/api/v4", "CI_PROJECT_ID": "7", "CI_MERGE_REQUEST_IID": "3",
            "CI_COMMIT_SHA": "merge-commit", "FERRY_TOKEN": Self.token,
        ]
    }

    /// The methods that wrote a note, with its id where it was there already.
    var calls: [String] { notes.state.withLock { $0.calls } }

    /// The note that was written last.
    var note: String? { notes.state.withLock { $0.note } }

    func stop() { server.stop() }

    /// A job's script, from the block of a text in Markdown that is a `.gitlab-ci.yml`.
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

    private static func json(_ value: Any) -> String {
        (try? JSONSerialization.data(withJSONObject: value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
