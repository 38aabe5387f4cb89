import Migration
import Testing
import YAML

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
}
