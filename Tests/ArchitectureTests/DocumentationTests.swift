import Foundation
import Testing

@Suite("Documentation")
struct DocumentationTests {
    private static let catalog = SourceTree.root.appending(path: "Sources/ferry/ferry.docc")

    @Test("the drawing of the architecture is current")
    func drawing() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", SourceTree.root.appending(path: "Scripts/architecture").path, "--check"]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
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
}
