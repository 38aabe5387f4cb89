import Testing

@testable import TerminalText

@Suite struct TextWidthTests {
    @Test(
        "Columns are those of a terminal",
        arguments: [("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("😀", 2), ("ａ", 2)]
    )
    func columns(text: String, expected: Int) {
        #expect(TextWidth.columns(text) == expected)
        #expect(TextWidth.columns(TextWidth.padded(text, to: 10)) == 10)
    }

    @Test("A text that is cut fits, and says that it was cut", arguments: 1...9)
    func cut(width: Int) {
        for text in [
            "plain text that is long", "日本語のテキスト",
            "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
        ] {
            let cut = TextWidth.cut(text, to: width)
            #expect(TextWidth.columns(cut) <= width && cut.hasSuffix("…"), "\(cut)")
        }
        #expect(TextWidth.cut("fits", to: 4) == "fits")
        #expect(TextWidth.cut("gone", to: 0) == "")
    }

    @Test("Words are wrapped to a width; a longer word has a line to itself")
    func wrapping() {
        #expect(
            TextWidth.wrapped("one two  three averylongword x", to: 9) == ["one two", "three", "averylongword", "x"]
        )
        #expect(TextWidth.wrapped("", to: 9) == [])
    }

    @Test(
        "What a terminal interprets is replaced",
        arguments: [
            ("\u{1B}[2J", "·[2J"), ("a\nb\tc\r", "a·b·c·"), ("\u{7F}\u{9B}31m", "··31m"),
            ("abc\u{202E}cba", "abc·cba"), ("\u{2066}x\u{2069}", "·x·"), ("\u{200F}\u{2028}", "··"), ("日本é", "日本é"),
        ]
    )
    func sanitizing(text: String, expected: String) {
        #expect(TextWidth.sanitizedForTerminal(text) == expected)
    }
}
