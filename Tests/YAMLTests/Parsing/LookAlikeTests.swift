import Testing

@testable import Diagnostics
@testable import YAML

/// Every character of the Unicode categories Z* and Cf, and the letters and symbols that look blank.
@Suite struct LookAlikeTests {
    /// Except for the space, and the byte order mark, which YAML forbids.
    private static let characters: [Unicode.Scalar] = (0x80...0x10FFFF).compactMap(Unicode.Scalar.init).filter {
        scalar in
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .format: scalar != "\u{FEFF}"
        default: [0x85, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0].contains(scalar.value)
        }
    }
    private static let lineBreaks: Set<Unicode.Scalar> = ["\u{85}", "\u{2028}", "\u{2029}"]

    private func parse(_ text: String) -> YAMLParser.Result {
        YAMLParser.parse(SourceFile(path: "a.yaml", bytes: Array(text.utf8)))
    }

    private func text(_ node: YAMLNode?) -> String {
        guard let node else { return "none" }
        switch node.kind {
        case .scalar: return node.text
        case .unreadable: return "?"
        case .sequence: return "[\(node.items.map { text($0) }.joined(separator: ","))]"
        case .mapping: return "{\(node.pairs.map { "\($0.key):\(text($0.value))" }.joined(separator: ","))}"
        }
    }

    /// The diagnostics in short, sorted.
    private func lines(_ result: YAMLParser.Result) -> [String] {
        DiagnosticRenderer.sorted(result.diagnostics).map { diagnostic in
            let start = diagnostic.location?.range.start
            return "\(start?.line ?? 0):\(start?.column ?? 0) \(diagnostic.code.rawValue) \(diagnostic.message)"
        }
    }

    /// A text with a character in place of each `@`.
    private func text(_ template: String, with replacement: String) -> String {
        template.replacing("@", with: replacement)
    }

    @Test func thereAreCharactersToTest() {
        #expect(Self.characters.count > 180)
        #expect(Self.characters.contains("\u{A0}") && Self.characters.contains("\u{E0001}"))
    }

    /// Places where a look-alike changes the structure. `@` is the look-alike; at the places of the second text a space in its
    /// place keeps the document, at those of the first text nothing in its place.
    @Test(
        "A look-alike in the structure is named at its place, and the rest is read",
        arguments: [
            // In the indentation.
            "a:\n@b: 1\n@c: 2\nd: 3\n", "a:\n @b: 1\n @c: 2\n", "@a: 1\n@b: 2\n", "a:\n  b: 1\n@@c: 2\n",
            "a:\n@- b\n@- c\nd: 1\n", "a: 1\n@\nb: 2\n", "a: 1\n  @  \nb: 2\n", "a: 1\n@# c\nb: 2\n",
            "a: b\n @c\nd: 1\n",
            "a: |\n@b\nc: 1\n", "a: [1,\n@2]\nb: 1\n", "a: |\n  b\n@c: 1\n",
            // After an indicator.
            "-@a\n- b\n", "-@ a: 1\n-@ b: 1\n", "- @a: 1\n", "a:\n  -@b: 1\n    c: 2\n  -@ b: 1\n", "?@a\n: b\n",
            "- -@a\n",
            "a:\n- b: 1\n-@c: 1\n",
            // Next to a colon.
            "a:@b\nc: 1\n", "a:@ b\nc: 1\n", "a: @b\nc: 1\n", "a@: b\nc: 1\n", "a @: b\n", "a:@\n  b: 1\n",
            "a:\n  b:@c\n",
            "{a:@b}\n", "{a@: b, c:@ d}\n", "- a:@b\n- c@:@d\n", "\"a\":@b\n", "\"a\"@: b\n", "a:@[1]\n", "a:@{b: 1}\n",
            "a:@'b'\n", "a:@|\n  b\n", "[a:@b]\n", "<<:@{a: 1}\n", "a@:@b\n",
            // Next to brackets and commas.
            "a: @[1]\n", "a: [@1]\n", "a: [1@]\n", "a: [1,@2]\n", "a: [1@, 2]\n", "a: [1]@\nb: 2\n", "a: {@b: 1}\n",
            "a: {b: 1@}\n", "a: [[1],@[2]@]\n", "a: [1,@\n  2]\n", "a: [\n  1,\n  2@\n]\nb: 1\n", "a: @{b: c}\n",
            // Next to a value.
            "a: @\"b\"\n", "a: 'b'@\n", "a: &x@b\nc: *x@\n", "a: !!str@b\n", "a: \"b\" @# c\n", "a: @|\n  b\n",
            // At the end of a line.
            "a: b@\nc: 1\n", "a: b @ \n", "a: b@@\n", "a: |@\n  b\n", "a: >-@\n  b\n", "---@\na: 1\n", "a: 1@",
            "a: b@ # c\n",
            "a: b@# c\n", "a: b\n  c@\n  d\ne: 1\n", "%YAML 1.1@\n---\na: 1\n",
        ]
    )
    func structure(_ template: String) {
        for scalar in Self.characters where !Self.lineBreaks.contains(scalar) {
            let name = LookAlike.name(of: scalar)
            let result = parse(text(template, with: String(scalar)))
            var expected: [String] = []
            for (number, line) in template.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                for (column, character) in line.enumerated() where character == "@" {
                    expected.append("\(number + 1):\(column + 1)")
                }
            }
            let places = result.diagnostics.flatMap { diagnostic -> [String] in
                guard let range = diagnostic.location?.range else { return [] }
                return (range.start.column..<range.end.column).map { "\(range.start.line):\($0)" }
            }
            #expect(places.sorted() == expected.sorted(), "\(name) in \(template): \(lines(result))")
            #expect(
                result.diagnostics.allSatisfy { $0.code == .lookAlike && $0.message.hasPrefix("\(name) ") },
                "\(name) in \(template): \(lines(result))"
            )
            let documents = [" ", ""].map { text(parse(text(template, with: $0)).root) }
            #expect(documents.contains(text(result.root)), "\(name) in \(template): \(text(result.root))")
        }
    }

    @Test(
        "A line break that editors do not show is named outside quotation marks",
        arguments: [
            "a: b@c\nd: 1\n", "a@b: 1\n", "a: 1 # b@c\nd: 1\n", "a:@b\nc: 1\n", "a: [1,@2]\n", "a: |\n  b@c\nd: 1\n",
            "a: 1@\n",
            "- a@- b\n", "a:\n@b: 1\n", "# a@b\nc: 1\n", "a: 1@", "a: b@  c\n",
        ]
    )
    func lineBreaks(_ template: String) {
        for scalar in Self.lineBreaks {
            let result = parse(text(template, with: String(scalar)))
            let before = template.prefix { $0 != "@" }.split(separator: "\n", omittingEmptySubsequences: false)
            let place = "\(before.count):\((before.last?.count ?? 0) + 1)"
            #expect(
                lines(result) == ["\(place) F0012 \(LookAlike.name(of: scalar)) at the end of a line"],
                "\(template): \(lines(result))"
            )
        }
    }

    @Test(
        "A look-alike in the words of a value, in quoted text, block text or a comment stays",
        arguments: [
            "a: b@c\nd: 1\n", "a: b @ c\nd: 1\n", "a: b@@c\n", "a: \"@b@\"\n", "a: '@b@'\nc: 1\n", "a: 1 # @ @\nb: 2\n",
            "#@\na: 1\n", "a: |\n  @b@\n   @\n  c\nd: 1\n", "a: >2\n   @b\nc: 1\n", "a: [b@c, \"@\"]\n",
            "a: {b: c@d}\n",
            "a: x:@y\n", "a: b@#5\n", "a: b@-@c\n", "- b@c\n", "a: \"b@\n  @c\"\nd: 1\n", "a: \"\\\"@\"\n",
            "a: 'b''@'\n",
            "a: b\n  c@d\ne: 1\n", "\"a@b\": 1\n", "a@b: 1\n", "a: b\n  note:@c\nd: 1\n", "a:\n  - |\n    b\n    @c\n",
            "a: '\n@b'\n",
            "? |\n  @b\n: c\n", "- a: |\n    b\n    @c\n  d: 1\n", "a: \"b\n@\n  # @\"\n",
        ]
    )
    func text(_ template: String) {
        for scalar in Self.characters where !Self.lineBreaks.contains(scalar) {
            let result = parse(text(template, with: String(scalar)))
            #expect(lines(result).isEmpty, "\(LookAlike.name(of: scalar)) in \(template)")
            let expected = text(parse(text(template, with: "~")).root).replacing("~", with: String(scalar))
            #expect(text(result.root) == expected, "\(LookAlike.name(of: scalar)) in \(template)")
        }
    }

    @Test(
        "In quoted text, a line break that editors do not show stays",
        arguments: ["a: \"b@c\"\nd: 1\n", "a: '@b@'\n", "a: [\"@\"]\n"]
    )
    func quotedLineBreaks(_ template: String) {
        for scalar in Self.lineBreaks {
            #expect(lines(parse(text(template, with: String(scalar)))).isEmpty, "\(LookAlike.name(of: scalar))")
        }
    }

    @Test("Marks of emoji and of combining scripts stay at the end of a value", arguments: ["❤️", "e\u{34F}\u{301}"])
    func marks(_ word: String) {
        let result = parse("a: \(word)\n")
        #expect(lines(result).isEmpty && text(result.root) == "{a:\(word)}")
    }

    @Test("A syntax error near a look-alike that is not part of the structure has a note about it")
    func syntaxErrors() throws {
        let result = parse("a: 1\nb\u{A0}c\nd: 2\n")
        let diagnostic = try #require(result.diagnostics.first)
        #expect(result.diagnostics.count == 1 && diagnostic.code == .syntax)
        #expect(
            diagnostic.notes.contains {
                $0.message == "no-break space (U+00A0) here" && $0.location?.range.start.line == 2
            }
        )
    }

    @Test("Tabs and look-alikes in one file are both reported, and the rest is read")
    func tabs() {
        let result = parse("a:\n\u{A0}\u{A0}b: 1\n\u{200B}\tc: 2\n\t\td: 3\ne: 4\n")
        #expect(
            lines(result).map { $0.prefix(9) } == ["2:1 F0012", "3:1 F0012", "3:2 F0003", "4:1 F0003"],
            "\(lines(result))"
        )
        #expect(result.root?.pairs.map(\.key) == ["a", "e"])
    }

    @Test("A byte order mark is named where it is not at the start")
    func byteOrderMark() {
        #expect(
            lines(parse("\u{FEFF}\u{FEFF}a: 1\n"))
                == [
                    "1:1 F0002 zero width no-break space (U+FEFF), the byte order mark, is allowed only at the start of the file"
                ]
        )
        #expect(lines(parse("\u{FEFF}a: 1\nb:\u{A0}2\n")) == ["2:3 F0012 no-break space (U+00A0) after a colon"])
    }

    @Test("Messages name the character and say what to do")
    func messages() {
        for (text, message, help) in [
            ("a:\u{A0}1", "no-break space (U+00A0) after a colon", "replace it with a space"),
            ("\u{3000}a: 1", "ideographic space (U+3000) in the indentation", "replace it with a space"),
            ("a: 1\u{200B}", "zero width space (U+200B) at the end of a line", "delete it"),
            ("a: [\u{E0001}1]", "language tag (U+E0001) next to a bracket or comma", "delete it"),
            ("a: 1\u{2028}", "line separator (U+2028) at the end of a line", "delete it, or break the line there"),
            ("a: 1\u{85}", "next line (U+0085) at the end of a line", "delete it, or break the line there"),
            ("-\u{2800}a", "braille pattern blank (U+2800) after a list or key indicator", "replace it with a space"),
        ] {
            let diagnostic = parse(text).diagnostics.first
            #expect(diagnostic?.message == message && diagnostic?.help == help, "\(lines(parse(text)))")
        }
    }
}
