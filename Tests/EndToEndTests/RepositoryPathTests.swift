import Foundation
import TestSupport
import Testing

/// Annotations and SARIF logs name files by their paths in the repository.
@Suite("Paths in CI", .serialized)
struct RepositoryPathTests {
    private static let plans = "plans, 100%"
    private static let name = "a b,c:d%é.yaml"

    private let folder: TemporaryDirectory
    private let repository: String

    /// A repository with a bad manifest, two links to it, and a bad manifest outside.
    init() throws {
        folder = try TemporaryDirectory()
        repository = folder.path("répo: 1")
        let manifest = "version: 1\nname: fleet\nbucket: x\n"
        try folder.write(manifest, to: "répo: 1/\(Self.plans)/\(Self.name)")
        try folder.write(manifest, to: "outside, 1/x%.yaml")
        let files = FileManager.default
        try files.createDirectory(atPath: "\(repository)/.git", withIntermediateDirectories: true)
        try files.createDirectory(atPath: "\(repository)/\(Self.plans)/deep", withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "répo: 1")
        try files.createSymbolicLink(atPath: "\(repository)/current", withDestinationPath: Self.plans)
    }

    private func ferry(_ form: String, _ path: String, in directory: String, workspace: String?) async throws -> Command
    {
        let variable = workspace.map { ["GITHUB_WORKSPACE=\($0)"] } ?? ["-u", "GITHUB_WORKSPACE"]
        let command = [Workspace.ferry, "validate", "--diagnostics", form, path]
        return try await Command.run(["env"] + variable + command, in: directory)
    }

    /// The files that annotations name, decoded.
    private func annotated(_ result: Command) throws -> Set<String> {
        let files = result.output.matches(of: /(?m)^::error file=([^,]*),line=/).map { String($0.1) }
        try #require(files.count == result.output.split(separator: "\n").count, "\(result.output)\(result.errorOutput)")
        return Set(
            files.map { file in
                let decoded = [("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")].reduce(file) {
                    $0.replacing($1.0, with: $1.1)
                }
                return decoded
            }
        )
    }

    /// The files that results of a SARIF log name, resolved as readers of the log do, and the URI of the root.
    private func located(_ result: Command) throws -> (files: Set<String>, root: String) {
        let log = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let run = try #require((log?["runs"] as? [[String: Any]])?.first)
        let bases = run["originalUriBaseIds"] as? [String: [String: String]]
        let root = try #require(bases?["%SRCROOT%"]?["uri"])
        var files: Set<String> = []
        for result in try #require(run["results"] as? [[String: Any]]) {
            for location in try #require(result["locations"] as? [[String: Any]]) {
                let place = location["physicalLocation"] as? [String: Any]
                let artifact = try #require(place?["artifactLocation"] as? [String: String])
                let uri = try #require(artifact["uri"])
                #expect((artifact["uriBaseId"] == nil) == uri.hasPrefix("file:///"), "\(uri)")
                #expect(uri.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !uri.contains(/[ ,"<>\\^`{|}]/))
                files.insert(try #require(uri.removingPercentEncoding))
            }
        }
        return (files, root)
    }

    @Test("a file has the same path, whatever the working directory, the spelling and the workspace's path")
    func spellings() async throws {
        let (plans, link) = (Self.plans, folder.path("link"))
        let spellings: [(directory: String, path: String)] = [
            (repository, plans), (repository, "./\(plans)"), (repository, "\(plans)//"), (repository, "x/../\(plans)"),
            (repository, "\(plans)/deep/../\(Self.name)"), (repository, "."), (repository, "current"),
            (repository, "\(repository)/\(plans)"), (repository, "\(link)/\(plans)/\(Self.name)"),
            ("\(repository)/\(plans)", "."), ("\(repository)/\(plans)", Self.name),
            ("\(repository)/\(plans)", "../\(plans)"), ("\(repository)/\(plans)/deep", ".."),
            (link, plans), ("\(link)/current", "."), (folder.path, "répo: 1/\(plans)"), (folder.path, "link/current"),
        ]
        let root = "file://\(folder.path)/r%C3%A9po%3A%201/"
        try FileManager.default.createDirectory(atPath: "\(repository)/x", withIntermediateDirectories: false)
        for (index, spelling) in spellings.enumerated() {
            // "." of the repository itself has no manifests.
            let path = spelling.path == "." && spelling.directory == repository ? plans : spelling.path
            let workspaces: [String?] = [nil, repository, link, "\(repository)//", "", "/does/not/exist"]
            for workspace in [nil, workspaces[index % workspaces.count]] {
                let text = "\(spelling), \(workspace ?? "none")"
                let github = try await ferry("github", path, in: spelling.directory, workspace: workspace)
                #expect(try annotated(github) == ["\(plans)/\(Self.name)"], "\(text)")
                let sarif = try await ferry("sarif", path, in: spelling.directory, workspace: workspace)
                let (files, base) = try located(sarif)
                #expect(files == ["\(plans)/\(Self.name)"] && base == root, "\(text): \(files), \(base)")
            }
        }
    }

    @Test("a file outside the repository has its absolute path")
    func outside() async throws {
        let file = folder.path("outside, 1/x%.yaml")
        try FileManager.default.createSymbolicLink(atPath: "\(repository)/out", withDestinationPath: "../outside, 1")
        for path in [file, "../outside, 1", "out"] {
            let github = try await ferry("github", path, in: repository, workspace: nil)
            #expect(try annotated(github) == [file], "\(path)")
            let sarif = try await ferry("sarif", path, in: repository, workspace: repository)
            #expect(try located(sarif).files == ["file://\(file)"], "\(path)")
        }
    }

    @Test("in a sub-folder with a workspace above the repository, paths begin at the workspace")
    func workspaceAboveRepository() async throws {
        let github = try await ferry("github", Self.plans, in: repository, workspace: folder.path)
        #expect(try annotated(github) == ["répo: 1/\(Self.plans)/\(Self.name)"])
    }

    @Test(
        "a linked working tree, whose .git is a file, is a repository; without any, paths begin at the working directory"
    )
    func otherRoots() async throws {
        try folder.write("gitdir: /elsewhere\n", to: "outside, 1/.git")
        let tree = try await ferry("github", "x%.yaml", in: folder.path("outside, 1"), workspace: nil)
        #expect(try annotated(tree) == ["x%.yaml"])
        let alone = try TemporaryDirectory()
        try alone.write("version: 1\nname: fleet\n", to: "a/b.yaml")
        let sarif = try await ferry("sarif", "./a", in: alone.path, workspace: nil)
        let (files, root) = try located(sarif)
        #expect(files == ["a/b.yaml"] && root == "file://\(alone.path)/")
    }
}
