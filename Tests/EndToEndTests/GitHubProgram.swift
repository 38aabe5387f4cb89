import Foundation
import TestSupport

/// Imitates `gh`, GitHub's program: answers the requests of the action's scripts from files in a folder.
struct GitHubProgram {
    /// The head commit of pull request 5, whose branch is in the same repository.
    static let head = "reviewed"
    /// The workflow file of the action.
    static let workflow = ".github/workflows/migration.yml"

    private let folder: TemporaryDirectory

    /// Creates the program, with a pull request that has two comments by others.
    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(Self.program, to: "gh")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("gh"))
        try FileManager.default.createDirectory(atPath: folder.path("temporary"), withIntermediateDirectories: false)
        try write(
            [
                ["id": "C1", "body": "Looks good", "viewerDidAuthor": false],
                ["id": "C2", "body": "<!-- ferry-plan: other -->\nNot yours", "viewerDidAuthor": true],
            ],
            to: "comments.json"
        )
        for name in ["pulls.json", "checks.json", "artifacts.json"] { try write([], to: name) }
        try write([:], to: "runs.json")
        try push(Self.head)
        try setTime("2026-11-26T11:00:00Z")
    }

    /// The environment of a step, except for the action's inputs.
    var environment: [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return [
            "PATH": "\(folder.path):\(path)", "GH_FOLDER": folder.path, "GITHUB_REPOSITORY": "team/plans",
            "GITHUB_EVENT_NAME": "pull_request", "HEAD_REPOSITORY": "team/plans", "PULL_REQUEST": "5",
            "HEAD_SHA": Self.head, "GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "1", "GITHUB_SHA": "merge-commit",
            "GITHUB_REF": "refs/heads/main", "GH_TOKEN": "token", "RUNNER_TEMP": temporary,
            "GITHUB_WORKFLOW_REF": "team/plans/\(Self.workflow)@refs/heads/main",
        ]
    }

    /// The runner's folder for temporary files.
    var temporary: String { folder.path("temporary") }

    /// The comments of the pull request, oldest first.
    func comments() throws -> [(id: String, body: String)] {
        try list("comments.json").map { ($0["id"] as? String ?? "", $0["body"] as? String ?? "") }
    }

    /// Adds a comment. GitHub answers with null for some bodies.
    func comment(_ body: String?, id: String, isOwn: Bool) throws {
        let comment: [String: Any] = ["id": id, "body": body ?? NSNull(), "viewerDidAuthor": isOwn]
        try write(try list("comments.json") + [comment], to: "comments.json")
    }

    /// Sets how the next update of a comment fails. A comment that is not found was deleted after it was listed.
    func failUpdate(isNotFound: Bool) throws { try folder.write(isNotFound ? "NOT_FOUND" : "FORBIDDEN", to: "fail") }

    /// The check runs, oldest first.
    func checks() throws -> [[String: Any]] { try list("checks.json") }

    /// Replaces the check runs.
    func setChecks(_ checks: [[String: Any]]) throws { try write(checks, to: "checks.json") }

    /// Sets the time of check runs that are created from now on.
    func setTime(_ time: String) throws { try folder.write(time, to: "time") }

    /// Sets the head commit of the open pull request.
    func push(_ head: String) throws { try folder.write(head, to: "head") }

    /// Sets the pull requests of the merge commit: one that was closed, and `merged`.
    func merge(_ merged: [[String: Any]] = [Self.pull()]) throws {
        var closed = Self.pull(number: 4, head: "closed")
        closed["merged_at"] = NSNull()
        try write([closed] + merged, to: "pulls.json")
    }

    /// A merged pull request.
    static func pull(
        number: Int = 5,
        head: String = head,
        source: String? = "team/plans",
        base: String = "main",
        commit: String = "merge-commit"
    ) -> [String: Any] {
        [
            "number": number, "merged_at": "2026-11-26T12:00:00Z", "merge_commit_sha": commit,
            "head": ["sha": head, "repo": source.map { ["full_name": $0] as Any } ?? NSNull()],
            "base": ["ref": base, "repo": ["full_name": "team/plans"]],
        ]
    }

    /// Sets a workflow run.
    ///
    /// - Parameter repository: The repository of the run's commit; 1 is the project's own.
    func setRun(
        _ id: Int = 7,
        event: String = "pull_request",
        head: String = head,
        path: String = workflow,
        repository: Int = 1
    ) throws {
        let data = try Data(contentsOf: URL(filePath: folder.path("runs.json")))
        var runs = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        runs["\(id)"] = [
            "id": id, "event": event, "head_sha": head, "path": path,
            "repository": ["id": 1, "full_name": "team/plans"],
            "head_repository": ["id": repository, "full_name": repository == 1 ? "team/plans" : "fork/plans"],
        ]
        try write(runs, to: "runs.json")
    }

    /// Replaces the artifacts with one of a run, in front of which is another.
    ///
    /// - Parameters:
    ///   - archive: The path of the ZIP archive.
    ///   - repository: The repository of the run's commit; 1 is the project's own.
    func keep(
        _ archive: String,
        as name: String = "ferry-plan-erp-\(head)-1",
        run: Int = 7,
        head: String = head,
        repository: Int = 1,
        isExpired: Bool = false
    ) throws {
        let place = folder.path("12.zip")
        try? FileManager.default.removeItem(atPath: place)
        try FileManager.default.copyItem(atPath: archive, toPath: place)
        let source: [String: Any] = [
            "id": run, "head_sha": head, "repository_id": 1, "head_repository_id": repository,
        ]
        let artifacts: [[String: Any]] = [
            ["id": 11, "name": "coverage", "expired": false, "workflow_run": source],
            ["id": 12, "name": name, "expired": isExpired, "workflow_run": source],
        ]
        try write(artifacts, to: "artifacts.json")
    }

    private func list(_ name: String) throws -> [[String: Any]] {
        let data = try Data(contentsOf: URL(filePath: folder.path(name)))
        return try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
    }

    private func write(_ value: Any, to name: String) throws {
        try JSONSerialization.data(withJSONObject: value).write(to: URL(filePath: folder.path(name)))
    }

    private static let program = #"""
        #!/usr/bin/env python3
        import json, os, pathlib, sys
        hub, arguments = pathlib.Path(os.environ["GH_FOLDER"]), sys.argv[1:]
        assert os.environ["GH_TOKEN"] == "token"
        assert arguments.pop(0) == "api"

        # The options are those of `gh api`: any other is an error there, too.
        fields, options, words = {}, {}, []
        while arguments:
            word = arguments.pop(0)
            if word in ("--field", "--raw-field"):
                key, _, value = arguments.pop(0).partition("=")
                isFile = word == "--field" and value.startswith("@")
                fields[key] = pathlib.Path(value[1:]).read_text() if isFile else value
            elif word in ("--method", "--input"):
                options[word] = arguments.pop(0)
            elif word in ("--paginate", "--silent"):
                options[word] = True
            else:
                assert not word.startswith("-"), word
                words.append(word)
        [address] = words

        def load(name):
            return json.loads((hub / name).read_text())

        def save(name, value):
            (hub / name).write_text(json.dumps(value))

        def pages(values, page):
            # Each page is a document of its own. Without --paginate there is only the first.
            for value in (values if "--paginate" in options else values[:1]) or [None]:
                print(json.dumps(page([] if value is None else [value])))

        def graphql():
            comments = load("comments.json")
            if "updateIssueComment" in fields["query"]:
                comment = next(c for c in comments if c["id"] == fields["id"])
                if (hub / "fail").exists():
                    kind = (hub / "fail").read_text()
                    (hub / "fail").unlink()
                    message = "Resource not accessible\n::warning::100%"
                    if kind == "NOT_FOUND":
                        save("comments.json", [c for c in comments if c is not comment])
                        message = f"Could not resolve to a node with the global id of '{fields['id']}'."
                    if "--silent" not in options:
                        print(json.dumps({"data": None, "errors": [{"type": kind, "message": message}]}))
                    sys.exit(f"gh: {message}")
                # GitHub lets maintainers edit the comments of others.
                comment["body"] = fields["body"]
                save("comments.json", comments)
                return
            assert (fields["owner"], fields["name"], fields["number"]) == ("team", "plans", "5")
            # What gh needs to request the next page.
            assert "$endCursor: String" in fields["query"] and "after: $endCursor" in fields["query"]
            assert "pageInfo { hasNextPage endCursor }" in fields["query"]
            pages(comments, lambda page: {"data": {"repository": {"pullRequest": {"comments": {"nodes": page}}}}})

        def rest(method, path):
            if (method, path) == ("POST", "issues/5/comments"):
                comments = load("comments.json")
                comments.append({"id": f"C{100 + len(comments)}", "body": fields["body"], "viewerDidAuthor": True})
                save("comments.json", comments)
            elif (method, path) == ("POST", "check-runs"):
                assert options["--input"] == "-"
                check, checks = json.load(sys.stdin), load("checks.json")
                assert len(check["output"]["summary"]) <= 65535
                check |= {"id": 200 + len(checks), "app": {"slug": "github-actions"}}
                save("checks.json", checks + [check | {"completed_at": (hub / "time").read_text()}])
            elif method == "GET" and path.startswith("commits/") and path.endswith("/check-runs"):
                assert fields["filter"] == "all"
                found = [c for c in load("checks.json") if c["name"] == fields["check_name"]]
                pages([c for c in found if c["head_sha"] == path.split("/")[1]], lambda page: {"check_runs": page})
            elif (method, path) == ("GET", "pulls/5"):
                print(json.dumps({"head": {"sha": (hub / "head").read_text()}}))
            elif (method, path) == ("GET", "commits/merge-commit/pulls"):
                pages(load("pulls.json"), lambda page: page)
            elif method == "GET" and path.startswith("actions/runs/") and path.endswith("/artifacts"):
                run = int(path.split("/")[2])
                found = [a for a in load("artifacts.json") if a["workflow_run"]["id"] == run]
                pages(found, lambda page: {"artifacts": page})
            elif method == "GET" and path.startswith("actions/runs/"):
                print(json.dumps(load("runs.json")[path.split("/")[2]]))
            elif method == "GET" and path.startswith("actions/artifacts/") and path.endswith("/zip"):
                sys.stdout.buffer.write((hub / f"{path.split('/')[2]}.zip").read_bytes())
            else:
                sys.exit(f"gh: {method} {address}: 404")

        if address == "graphql":
            graphql()
        else:
            assert address.startswith("repos/team/plans/"), address
            rest(options.get("--method", "GET"), address.removeprefix("repos/team/plans/"))
        """#
}
