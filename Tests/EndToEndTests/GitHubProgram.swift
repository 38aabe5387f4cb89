import Foundation
import TestSupport

/// Stands in for `gh`, GitHub's program: what the action's scripts ask of it, answered from files in a folder.
struct GitHubProgram {
    private let folder: TemporaryDirectory

    /// Puts the program into a folder of its own, with a pull request that has two pages of comments by others.
    init() throws {
        folder = try TemporaryDirectory()
        try folder.write(Self.program, to: "gh")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("gh"))
        try folder.write(
            #"[{"id": 1, "body": "Looks good"}, {"id": 2, "body": "<!-- ferry-plan: other -->\nNot yours"}]"#,
            to: "comments.json"
        )
        try folder.write("[]", to: "pulls.json")
        try folder.write(#"{"artifacts": []}"#, to: "artifacts.json")
    }

    /// What a script needs to find the program.
    var environment: [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return [
            "PATH": "\(folder.path):\(path)", "GH_FOLDER": folder.path, "GITHUB_REPOSITORY": "team/plans",
            "PULL_REQUEST": "5", "GITHUB_SHA": "merge-commit", "GH_TOKEN": "token",
        ]
    }

    /// The comments of the pull request, in their order.
    func comments() throws -> [(id: Int, body: String)] {
        let data = try Data(contentsOf: URL(filePath: folder.path("comments.json")))
        let comments = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
        return comments.map { ($0["id"] as? Int ?? 0, $0["body"] as? String ?? "") }
    }

    /// Lets the merge commit be of a pull request whose last commit is `head`; there is an older one that was closed.
    func merge(head: String) throws {
        let pulls =
            #"[{"merged_at": null, "head": {"sha": "closed"}}, {"merged_at": "2026-11-26T12:00:00Z", "head": {"sha": "\#(head)"}}]"#
        try folder.write(pulls, to: "pulls.json")
    }

    /// Keeps files as the artifact of a run.
    ///
    /// - Parameters:
    ///   - head: The commit of the run.
    ///   - repository: The repository that the commit is of; 1 is the project's own.
    func keep(
        _ files: [String],
        of directory: TemporaryDirectory,
        as name: String,
        run: Int,
        head: String = "reviewed",
        repository: Int = 1,
        isExpired: Bool = false
    ) throws {
        let place = folder.path("runs/\(run)/\(name)")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for file in files {
            try FileManager.default.copyItem(atPath: directory.path(file), toPath: "\(place)/\(file)")
        }
        let path = folder.path("artifacts.json")
        let list = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any]
        let artifact: [String: Any] = [
            "name": name, "expired": isExpired, "created_at": "2026-11-26T10:0\(run):00Z",
            "workflow_run": [
                "id": run, "head_sha": head, "repository_id": 1, "head_repository_id": repository,
            ],
        ]
        let all = (list?["artifacts"] as? [Any] ?? []) + [artifact]
        try JSONSerialization.data(withJSONObject: ["artifacts": all]).write(to: URL(filePath: path))
    }

    private static let program = #"""
        #!/usr/bin/env python3
        import json, os, pathlib, shutil, sys, urllib.parse
        hub, arguments = pathlib.Path(os.environ["GH_FOLDER"]), sys.argv[1:]
        assert os.environ["GH_TOKEN"] == "token"

        def option(name, otherwise=None):
            return arguments[arguments.index(name) + 1] if name in arguments else otherwise

        def load(name):
            return json.loads((hub / name).read_text())

        def body():
            key, _, file = option("--field").partition("=@")
            assert key == "body"
            return pathlib.Path(file).read_text()

        if arguments[:2] == ["run", "download"]:
            assert option("--repo") == "team/plans"
            shutil.copytree(hub / "runs" / arguments[2] / option("--name"), option("--dir"))
            sys.exit()
        assert arguments[0] == "api"
        address = next(word for word in arguments[1:] if word.startswith("repos/team/plans/"))
        path, _, query = address.removeprefix("repos/team/plans/").partition("?")
        method, comments = option("--method", "GET"), load("comments.json")
        if (method, path) == ("GET", "issues/5/comments"):
            # With --paginate each page is a list of its own.
            assert "--paginate" in arguments
            for comment in comments:
                print(json.dumps([comment]))
        elif (method, path) == ("POST", "issues/5/comments"):
            comments.append({"id": 100 + len(comments), "body": body()})
            (hub / "comments.json").write_text(json.dumps(comments))
        elif method == "PATCH" and path.startswith("issues/comments/"):
            comment = next(c for c in comments if c["id"] == int(path.rpartition("/")[2]))
            comment["body"] = body()
            (hub / "comments.json").write_text(json.dumps(comments))
        elif (method, path) == ("GET", "commits/merge-commit/pulls"):
            print((hub / "pulls.json").read_text())
        elif (method, path) == ("GET", "actions/artifacts"):
            name = urllib.parse.parse_qs(query)["name"][0]
            print(json.dumps({"artifacts": [a for a in load("artifacts.json")["artifacts"] if a["name"] == name]}))
        else:
            sys.exit(f"gh: {method} {address}: 404")
        """#
}
