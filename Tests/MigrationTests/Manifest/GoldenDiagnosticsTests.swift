import Foundation
import Testing
import YAML

@testable import Diagnostics
@testable import Migration
@testable import Operations

/// Every file in `Golden` that ends in `.yaml` is a bad migration manifest; the `.txt` of the same name is everything that
/// is said about it. With `FERRY_RECORD_GOLDEN=1` in the environment the texts are written instead of compared.
@Suite struct GoldenDiagnosticsTests {
    private static let names: [String] = {
        let paths = Bundle.module.paths(forResourcesOfType: "yaml", inDirectory: "Golden")
        return paths.map { URL(filePath: $0).deletingPathExtension().lastPathComponent }.sorted()
    }()

    private static func path(_ name: String, _ type: String) -> String? {
        Bundle.module.path(forResource: name, ofType: type, inDirectory: "Golden")
    }

    @Test func thereAreFilesToCompare() {
        #expect(Self.names.count >= 50)
    }

    @Test(arguments: names)
    func aBadManifestIsExplainedAsItAlwaysWas(_ name: String) throws {
        let path = try #require(Self.path(name, "yaml"))
        let diagnostics = ManifestLoader.load(paths: [path]).diagnostics
        let folder = String(path.dropLast("\(name).yaml".count))
        let text = DiagnosticRenderer().text(for: diagnostics).replacingOccurrences(of: folder, with: "")
        #expect(diagnostics.contains { $0.severity == .error })
        try Self.compare(text, name, "txt")
    }

    /// Compares a text with a file in `Golden`, or writes the file.
    private static func compare(_ text: String, _ name: String, _ type: String) throws {
        if ProcessInfo.processInfo.environment["FERRY_RECORD_GOLDEN"] == "1" {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
            try Data(text.utf8).write(to: folder.appending(path: "\(name).\(type)"))
        } else {
            let golden = try #require(path(name, type), "\(name).\(type)")
            #expect(text == (try String(contentsOf: URL(filePath: golden), encoding: .utf8)))
        }
    }

    @Test(
        "The forms for programs say the same as the text",
        arguments: [
            ("everything-at-once", DiagnosticFormat.json, "json"), ("everything-at-once", .github, "github"),
            ("everything-at-once", .sarif, "sarif"), ("wide-characters", .sarif, "sarif"),
            ("wide-characters", .github, "github"), ("tab-and-syntax", .json, "json"),
        ]
    )
    func aBadManifestInAFormForPrograms(_ name: String, _ form: DiagnosticFormat, _ type: String) throws {
        let path = try #require(Self.path(name, "yaml"))
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        var addresses = DuplicateAddressCheck()
        let output = ManifestDecoder.decode(SourceFile(path: "plans/\(name).yaml", bytes: bytes))
        addresses.enter(output.declared)
        let text = try form.document(for: output.diagnostics + addresses.diagnostics, version: "1.2.3")
        try Self.compare(text, name, type)
    }

    @Test("A manifest that is cut short or changed is explained too", arguments: names)
    func aDamagedManifestIsExplained(_ name: String) throws {
        let bytes = Array(try Data(contentsOf: URL(filePath: try #require(Self.path(name, "yaml")))).prefix(1200))
        for length in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[length] = [0x09, 0x22, 0x2A, 0x3A, 0x5D, 0xFF][length % 6]
            for damaged in [Array(bytes[..<length]), changed] {
                let output = ManifestDecoder.decode(SourceFile(path: "plan.yaml", bytes: damaged))
                #expect(output.manifest != nil || !output.diagnostics.isEmpty)
                for diagnostic in output.diagnostics {
                    let line = DiagnosticRenderer().line(for: diagnostic)
                    #expect(!diagnostic.message.isEmpty && line.contains("[\(diagnostic.code.rawValue)]: "), "\(line)")
                }
            }
        }
    }

    @Test func everyCodeOfTheManifestIsShownOnce() throws {
        let shown = try Self.names.compactMap { Self.path($0, "txt") }
            .map { try String(contentsOf: URL(filePath: $0), encoding: .utf8) }
            .joined()
        // What is wrong with paths, with images and with what AWS says is tested elsewhere.
        let elsewhere: Set<DiagnosticCode> = [.unreadableFile, .noManifest]
        let codes = (DiagnosticCode.ofYAML + DiagnosticCode.ofMigration.filter { $0.rawValue < "F0200" })
            .filter { !elsewhere.contains($0) }
        for code in codes {
            #expect(shown.contains("error[\(code.rawValue)]"), "\(code.rawValue): \(code.title)")
        }
    }
}
