import Testing
import YAML

@testable import Diagnostics
@testable import Migration

@Suite struct DiagnosticCodeTests {
    private let codes = DiagnosticCode.ofYAML + DiagnosticCode.ofMigration

    @Test("Codes are unique and stand in order")
    func order() {
        #expect(codes.map(\.rawValue) == codes.map(\.rawValue).sorted())
        #expect(Set(codes).count == codes.count)
        #expect(Set(codes.map(\.title)).count == codes.count)
    }

    @Test("Each code has the form of its kind, and is explained in a paragraph")
    func explanations() {
        for code in codes {
            #expect(code.rawValue.wholeMatch(of: /F0[0-3][0-9]{2}/) != nil)
            #expect(code.explanation.count > 80, "\(code.rawValue)")
            #expect(code.explanation.hasSuffix("."), "\(code.rawValue)")
            #expect(!code.explanation.contains("\n"), "\(code.rawValue)")
        }
    }

    @Test("What an explanation shows as wrong has the code's problem, and what it shows as right has none")
    func examples() {
        let shown = codes.filter { $0.example != nil }
        #expect(shown.count >= 20)
        for code in shown {
            guard let example = code.example else { continue }
            #expect(Self.codes(of: example.wrong).contains(code), "\(code.rawValue)")
            #expect(Self.codes(of: example.right).isEmpty, "\(code.rawValue)")
        }
    }

    /// What is said about a migration manifest in which some lines are the given ones.
    private static func codes(of lines: String) -> Set<DiagnosticCode> {
        let usual = [
            "version: 1", "name: erp-exit", "staging: {bucket: erp-staging}",
            "imports: [{name: db, image: db.vmdk, zones: [us-east-1a]}]",
        ]
        let rest = usual.filter { line in
            let key = line.prefix { $0 != ":" }
            return !lines.split(separator: "\n").contains { $0.hasPrefix(key) }
        }
        let text = rest.joined(separator: "\n") + "\n" + lines + "\n"
        let output = ManifestDecoder.decode(SourceFile(path: "plan.yaml", bytes: Array(text.utf8)))
        var addresses = DuplicateAddressCheck()
        addresses.enter(output.declared)
        return Set((output.diagnostics + addresses.diagnostics).map(\.code))
    }
}
