import Testing

@testable import Diagnostics

@Suite struct SourceFileTests {
    @Test(
        "Lines end where libyaml ends them",
        arguments: [
            ("", [""]),
            ("a", ["a"]),
            ("a\nb\n", ["a", "b", ""]),
            ("a\r\nb\rc\n\nd", ["a", "b", "c", "", "d"]),
            ("a\u{85}b\u{2028}c\u{2029}d", ["a\u{85}", "b\u{2028}", "c\u{2029}", "d"]),
            ("ü\u{2027}€\nb", ["ü\u{2027}€", "b"]),
        ]
    )
    func lines(_ text: String, _ lines: [String]) {
        let file = SourceFile(path: "a.yaml", bytes: Array(text.utf8))
        #expect(file.lineCount == lines.count)
        #expect((1...max(1, lines.count)).map { file.line($0) } == lines)
        #expect(file.line(0) == nil)
        #expect(file.line(lines.count + 1) == nil)
    }

    @Test("Columns count characters, from the first after a byte order mark")
    func positions() {
        let file = SourceFile(path: "a.yaml", bytes: [0xEF, 0xBB, 0xBF] + Array("aü€b\n𝄞x".utf8))
        #expect(file.line(1) == "aü€b")
        #expect(file.position(ofByte: 3) == SourcePosition(line: 1, column: 1))
        #expect(file.position(ofByte: 9) == SourcePosition(line: 1, column: 4))
        #expect(file.position(ofByte: 15) == SourcePosition(line: 2, column: 2))
        #expect(file.position(ofByte: 9999) == SourcePosition(line: 2, column: 3))
    }

    @Test("Bytes that are not UTF-8 are shown as U+FFFD, and a line too long to be written is not shown")
    func oddLines() {
        #expect(SourceFile(path: "a", bytes: [0x61, 0xFF, 0x62]).line(1) == "a\u{FFFD}b")
        #expect(SourceFile(path: "a", bytes: [UInt8](repeating: 0x61, count: 1 << 20)).line(1) == nil)
    }
}
