import Foundation
import Schemas
import TestSupport
import Testing
import YAML

@testable import Diagnostics
@testable import Migration

/// Migration manifests, good and bad, of which the decoder and the schema say the same.
@Suite struct CorpusTests {
    /// A Python that has jsonschema and PyYAML; the environment names it where there is one.
    private static let python = ProcessInfo.processInfo.environment["FERRY_TEST_PYTHON"]

    private static func files(_ kind: String) -> [String] {
        Bundle.module.paths(forResourcesOfType: "yaml", inDirectory: "Corpus/\(kind)").sorted()
    }

    private static func output(_ path: String) throws -> ManifestDecoder.Output {
        ManifestDecoder.decode(SourceFile(path: path, bytes: Array(try Data(contentsOf: URL(filePath: path)))))
    }

    @Test("The decoder takes every good file and refuses every bad one, with places inside the file")
    func decoder() throws {
        let (good, bad) = (Self.files("good"), Self.files("bad"))
        try #require(good.count == 136 && bad.count == 338)
        for path in good {
            let output = try Self.output(path)
            #expect(output.diagnostics.isEmpty, "\(DiagnosticRenderer().text(for: output.diagnostics))")
            #expect(output.manifest.map { !$0.imports.isEmpty } == true, "\(path)")
        }
        for path in bad {
            let output = try Self.output(path)
            #expect(output.diagnostics.contains { $0.severity == .error }, "\(path)")
            for diagnostic in output.diagnostics {
                let location = try #require(diagnostic.location, "\(diagnostic)")
                #expect(location.range.start.line <= location.file.lineCount, "\(diagnostic)")
                #expect(DiagnosticCode.ofYAML.contains(diagnostic.code) || diagnostic.code.rawValue.hasPrefix("F01"))
            }
        }
    }

    @Test("Python's jsonschema says the same of each file", .enabled(if: python != nil), arguments: ["good", "bad"])
    func schema(_ kind: String) async throws {
        let python = try #require(Self.python)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "conformance/check_schema.py").path
        let folder = try TemporaryDirectory()
        let schema = try folder.write(Schema.migrationManifest.text, to: "schema.json")
        let files = Self.files(kind)
        let corpus = URL(filePath: try #require(files.first)).deletingLastPathComponent().path
        let result = try await Command.run([python, script, schema, corpus])
        try #require(result.exitCode == 0, "\(result.errorOutput)")
        let lines = result.output.split(separator: "\n").map(String.init)
        let expected = try files.map { path in
            let isTaken = try Self.output(path).diagnostics.isEmpty
            return (isTaken ? "+ " : "- ") + URL(filePath: path).lastPathComponent
        }
        #expect(lines.sorted() == expected.sorted())
        #expect(Set(lines.map { $0.first }) == [kind == "good" ? "+" : "-"])
    }
}
