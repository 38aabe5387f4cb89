import Foundation
import TestSupport
import Testing

@Suite("Documentation")
struct DocumentationTests {
    private static let catalog = SourceTree.root.appending(path: "Sources/ferry/ferry.docc")

    @Test("the drawing of the architecture is current")
    func drawing() async throws {
        let script = SourceTree.root.appending(path: "Scripts/architecture").path
        let check = try await Command.run(["python3", script, "--check"])
        #expect(check.exitCode == 0, "\(check.errorOutput)")
    }

    @Test("\"The path of one import\" names at most 12 files, and each exists")
    func path() throws {
        let page = Self.catalog.appending(path: "ThePathOfOneImport.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let files = Set(text.matches(of: /`(Sources\/[\w\/+.]+\.swift)`/).map { String($0.1) })
        #expect(!files.isEmpty && files.count <= 12, "\(files.count) files")
        for file in files {
            #expect(FileManager.default.fileExists(atPath: SourceTree.root.appending(path: file).path), "\(file)")
        }
    }

    @Test(
        "each library that is usable alone says in a page what it does and where to start",
        arguments: [
            "DiskImages", "Diagnostics", "EC2Types", "FileSystem", "FlowControl", "HTTPClient", "Hashing",
            "ImportReadiness", "JSON", "Schemas", "SigV4", "TerminalText", "WireEncoding", "XML", "YAML",
        ]
    )
    func leaf(target: String) throws {
        let page = SourceTree.root.appending(path: "Sources/\(target)/\(target).docc/\(target).md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.hasPrefix("# ``\(target)``\n"))
        let named = text.matches(of: /``(\w+)``/).map { String($0.1) }.filter { $0 != target || target == "SigV4" }
        #expect(!named.isEmpty)
        let files = Set(try SourceTree.files(of: target).map { $0.deletingPathExtension().lastPathComponent })
        for name in named { #expect(files.contains(name), "\(target) has no \(name).swift") }
    }
}
