import Testing

@testable import Diagnostics

@Suite struct GitHubAnnotationsTests {
    private static let code = DiagnosticCode("F9999", "Title: one, two", "")

    @Test("Text from outside cannot begin a workflow command or end its own")
    func escaping() {
        let diagnostic = Diagnostic(
            Self.code,
            "100% “a\n::error::forged\r\u{1B}[2J”",
            at: nil,
            severity: .warning,
            help: "line one\n::set-output name=x::y"
        )
        let text = GitHubAnnotations.text(for: [diagnostic])
        #expect(text.split(separator: "\n").count == 1)
        #expect(text.hasPrefix("::warning title=F9999%3A Title%3A one%2C two::100%25 “a%0A::error::forged%0D"))
        #expect(text.contains("%0Ahelp: line one%0A::set-output"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test("A range within a line has its last column; one over several lines only its first")
    func places() {
        let file = SourceFile(path: "a,b:c.yaml", bytes: Array("first\nsecond\n".utf8))
        func text(_ start: Int, _ end: Int) -> String {
            let range = SourceRange(start: file.position(ofByte: start), end: file.position(ofByte: end))
            return GitHubAnnotations.text(
                for: [Diagnostic(Self.code, "x", at: SourceLocation(file: file, range: range), severity: .error)]
            )
        }
        #expect(text(0, 5).contains("file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=1,endColumn=5,"))
        #expect(text(2, 8).contains("line=1,col=3,title="))
    }
}
