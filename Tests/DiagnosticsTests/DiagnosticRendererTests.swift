import Testing
import YAML

@testable import Diagnostics

@Suite struct DiagnosticRendererTests {
    private let file = SourceFile(path: "plan.yaml", bytes: Array("one: 1\n\ttwo: データ #x\nthree\u{1B}[31m\n".utf8))

    private func location(_ line: Int, _ column: Int, to end: (line: Int, column: Int)) -> Diagnostics.SourceLocation {
        let start = SourcePosition(line: line, column: column)
        return Diagnostics.SourceLocation(
            file: file,
            range: SourceRange(start: start, end: SourcePosition(line: end.line, column: end.column))
        )
    }

    @Test("A diagnostic shows the line, carets under the whole word, notes with their own lines, and help")
    func wholeDiagnostic() {
        let diagnostic = Diagnostic(
            .syntax,
            "odd",
            at: location(2, 7, to: (2, 10)),
            severity: .warning,
            help: "mend it"
        )
        .noting("here too", at: location(1, 1, to: (1, 4)))
        .noting("without a place", at: nil)
        let expected = """
            warning[F0004]: odd
             --> plan.yaml:2:7
              |
            2 |  two: データ #x
              |       ^^^^^^
            note: here too
             --> plan.yaml:1:1
              |
            1 | one: 1
              | ^^^
            note: without a place
            help: mend it

            1 warning

            """
        #expect(DiagnosticRenderer().text(for: [diagnostic]) == expected)
    }

    @Test("A stretch of several lines is marked to the end of its first")
    func severalLines() {
        let text = DiagnosticRenderer().text(for: Diagnostic(.syntax, "odd", at: location(1, 4, to: (3, 1))))
        #expect(text.hasSuffix("1 | one: 1\n  |    ^^^\n"))
    }

    @Test("A place behind the end of the line or of the file still has a caret, or no line")
    func placesOutside() {
        let renderer = DiagnosticRenderer()
        #expect(
            renderer.text(for: Diagnostic(.syntax, "odd", at: location(1, 90, to: (1, 99)))).hasSuffix("|       ^\n")
        )
        #expect(
            renderer.text(for: Diagnostic(.syntax, "odd", at: location(9, 1, to: (9, 2)))).hasSuffix("plan.yaml:9:1\n")
        )
    }

    @Test("Control characters of a file, a path or a message never reach the terminal")
    func controlCharacters() {
        let odd = SourceFile(path: "a\u{1B}]0;x\u{7}.yaml", bytes: file.bytes)
        let place = Diagnostics.SourceLocation(file: odd, range: SourceRange(at: SourcePosition(line: 3, column: 1)))
        let diagnostic = Diagnostic(.syntax, "odd \u{1B}[2J\u{202E}", at: place).noting("\u{9B}1m", at: place)
        for text in [DiagnosticRenderer().text(for: diagnostic), DiagnosticRenderer().line(for: diagnostic)] {
            let isClean = text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
            #expect(isClean && !text.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test("Of a long line, what is around the place is shown")
    func longLines() {
        let line = String(repeating: "x", count: 2000) + "HERE" + String(repeating: "y", count: 2000)
        let long = SourceFile(path: "a", bytes: Array(line.utf8))
        let start = SourcePosition(line: 1, column: 2001)
        let place = Diagnostics.SourceLocation(file: long, range: SourceRange(at: start, columns: 4))
        let lines = DiagnosticRenderer().text(for: Diagnostic(.syntax, "odd", at: place)).split(separator: "\n")
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.count <= 170 })
        let word = lines[3].firstRange(of: "HERE")?.lowerBound
        let caret = lines[4].firstRange(of: "^^^^")?.lowerBound
        #expect(word != nil)
        #expect(
            word.map { lines[3].distance(from: lines[3].startIndex, to: $0) }
                == caret.map { lines[4].distance(from: lines[4].startIndex, to: $0) }
        )
    }

    @Test("Diagnostics are sorted by file, line and column, and what is said twice is shown once")
    func order() {
        let other = SourceFile(path: "a.yaml", bytes: [])
        let elsewhere = Diagnostics.SourceLocation(
            file: other,
            range: SourceRange(at: SourcePosition(line: 7, column: 1))
        )
        let diagnostics = [
            Diagnostic(.syntax, "c", at: location(2, 1, to: (2, 2))),
            Diagnostic(.syntax, "b", at: location(1, 5, to: (1, 6))),
            Diagnostic(.tab, "b", at: location(1, 5, to: (1, 6))),
            Diagnostic(.syntax, "a", at: elsewhere),
            Diagnostic(.syntax, "b", at: location(1, 5, to: (1, 6))),
            Diagnostic(.unreadableFile, "z: gone", at: nil),
        ]
        #expect(
            DiagnosticRenderer.sorted(diagnostics).map(\.description) == [
                "error[F0001]: z: gone", "a.yaml:7:1: error[F0004]: a", "plan.yaml:1:5: error[F0003]: b",
                "plan.yaml:1:5: error[F0004]: b", "plan.yaml:2:1: error[F0004]: c",
            ]
        )
        #expect(DiagnosticRenderer().text(for: diagnostics).hasSuffix("\n5 errors\n"))
        #expect(DiagnosticRenderer().text(for: []).isEmpty)
    }

    @Test("With colour, each escape is ended in its own line")
    func colour() {
        let diagnostic = Diagnostic(.syntax, "odd", at: location(1, 1, to: (1, 4)), help: "mend it")
        let text = DiagnosticRenderer(hasColour: true).text(for: diagnostic)
        #expect(text.contains("\u{1B}[1;31merror[F0004]\u{1B}[0m: odd"))
        #expect(text.contains("\u{1B}[1;31m^^^\u{1B}[0m"))
        for line in text.split(separator: "\n") where line.contains("\u{1B}[1;") {
            #expect(line.contains("\u{1B}[0m"))
        }
    }

    @Test("A file's diagnostics are bounded, and the rest is counted")
    func bound() {
        var list = DiagnosticList()
        for column in 1...(DiagnosticList.most + 5) {
            list.add(Diagnostic(.syntax, "odd", at: location(1, column, to: (1, column + 1))))
            list.add(Diagnostic(.syntax, "odd", at: location(1, column, to: (1, column + 1))))
        }
        #expect(list.all.count == DiagnosticList.most + 1)
        #expect(list.all.last?.severity == .note)
    }
}
