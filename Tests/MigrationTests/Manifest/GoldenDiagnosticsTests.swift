import Foundation
import Testing
import YAML

@testable import Migration

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
        #expect(Self.names.count >= 30)
    }

    @Test(arguments: names)
    func aBadManifestIsExplainedAsItAlwaysWas(_ name: String) throws {
        let path = try #require(Self.path(name, "yaml"))
        let diagnostics = ManifestLoader.load(paths: [path]).diagnostics
        let folder = String(path.dropLast("\(name).yaml".count))
        let text = DiagnosticRenderer().text(for: diagnostics).replacingOccurrences(of: folder, with: "")
        #expect(diagnostics.contains { $0.severity == .error })
        if ProcessInfo.processInfo.environment["FERRY_RECORD_GOLDEN"] == "1" {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
            try Data(text.utf8).write(to: folder.appending(path: "\(name).txt"))
        } else {
            let golden = try #require(Self.path(name, "txt"))
            #expect(text == (try String(contentsOf: URL(filePath: golden), encoding: .utf8)))
        }
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
                #expect(output.diagnostics.allSatisfy { !DiagnosticRenderer().line(for: $0).isEmpty })
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
