import Testing

@testable import Diagnostics
@testable import YAML

/// What can be mended is told and read on; what only the mending caused is not told.
@Suite struct RecoveryTests {
    private func parse(_ bytes: [UInt8]) -> YAMLParser.Result {
        YAMLParser.parse(SourceFile(path: "a.yaml", bytes: bytes))
    }

    private func lines(_ result: YAMLParser.Result) -> [String] {
        DiagnosticRenderer.sorted(result.diagnostics).map { diagnostic in
            let start = diagnostic.location?.range.start
            return "\(start?.line ?? 0):\(start?.column ?? 0) \(diagnostic.code.rawValue)"
        }
    }

    /// The document in brackets, to compare structures.
    private func text(_ node: YAMLNode?) -> String {
        guard let node else { return "none" }
        switch node.kind {
        case .scalar: return node.text
        case .unreadable: return "?"
        case .sequence: return "[\(node.items.map { text($0) }.joined(separator: ","))]"
        case .mapping: return "{\(node.pairs.map { "\($0.key):\(text($0.value))" }.joined(separator: ","))}"
        }
    }

    @Test(
        "A line that is indented by tabs stands where it was most likely meant",
        arguments: [
            ("a:\n\tb: 1\n\tc: 2\nd: 3\n", "{a:{b:1,c:2},d:3}", ["2:1 F0003", "3:1 F0003"]),
            ("a:\n\t- b\n\t- c\n", "{a:[b,c]}", ["2:1 F0003", "3:1 F0003"]),
            ("a:\n  - b: 1\n\tc: 2\n  - b: 3\n", "{a:[{b:1,c:2},{b:3}]}", ["3:1 F0003"]),
            ("a:\n\t- b: 1\n\t  c: 2\n\t- b: 3\n", "{a:[{b:1,c:2},{b:3}]}", ["2:1 F0003", "3:1 F0003", "4:1 F0003"]),
            ("a:\n  b: 1\n \tc: 2\n", "{a:{b:1,c:2}}", ["3:2 F0003"]),
            ("a:\n-\tb: 1\n\tc: 2\n", "{a:[{b:1,c:2}]}", ["2:2 F0003", "3:1 F0003"]),
            ("a:\n\tb:\n\t\tc: 1\n\td: 2\n", "{a:{b:{c:1},d:2}}", ["2:1 F0003", "3:1 F0003", "4:1 F0003"]),
        ]
    )
    func tabs(_ yaml: String, _ document: String, _ diagnostics: [String]) {
        for text in [yaml, yaml.replacing("\n", with: "\r\n")] {
            let result = parse(Array(text.utf8))
            #expect(self.text(result.root) == document)
            #expect(lines(result) == diagnostics)
        }
    }

    @Test(
        "Tabs that are no indentation are left alone",
        arguments: [
            ("a: |\n  x\n  \ty\nb:\t1\n", "{a:x\n\ty\n,b:1}"),
            ("a: [x,\n\ty]\n", "{a:[x,y]}"),
            ("a: \"x\n\ty\"\n", "{a:x y}"),
            ("a:\n  b: 1\n\t\n  c: 2\n \t# comment\n  d: 3\n", "{a:{b:1,c:2,d:3}}"),
        ]
    )
    func allowedTabs(_ yaml: String, _ document: String) {
        let result = parse(Array(yaml.utf8))
        #expect(text(result.root) == document)
        #expect(lines(result).isEmpty)
    }

    @Test("Beside a tab that is mended, tabs inside texts stay")
    func mixedTabs() {
        let result = parse(Array("a: |\n  x\n  \ty\nb:\n\tc: [1,\n\t\t2]\nd: 'x\n\ty: z'\n".utf8))
        #expect(text(result.root) == "{a:x\n\ty\n,b:{c:[1,2]},d:x y: z}")
        #expect(lines(result) == ["5:1 F0003"])
    }

    @Test(
        "Each place that is not text is told, and the rest is read",
        arguments: [
            ([0x61, 0x3A, 0x20, 0xFF, 0x0A, 0x62, 0x3A, 0x20, 0x31], "{a:\u{FFFD},b:1}", ["1:4 F0002"]),
            (Array("a: x\u{0}y\nb: \u{7F}\n".utf8), "{a:x\u{FFFD}y,b:\u{FFFD}}", ["1:5 F0002", "2:4 F0002"]),
            (Array("ü: ".utf8) + [0xC3, 0x28, 0xE2, 0x82], "{ü:\u{FFFD}(\u{FFFD}}", ["1:4 F0002", "1:6 F0002"]),
            ([0x61, 0x3A, 0x20, 0xF4, 0x90, 0x80, 0x80], "{a:\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}}", ["1:4 F0002"]),
            ([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8), "{a:1}", []),
            (Array("a: \u{FEFF}1".utf8), "{a:\u{FFFD}1}", ["1:4 F0002"]),
        ] as [([UInt8], String, [String])]
    )
    func bytes(_ bytes: [UInt8], _ document: String, _ diagnostics: [String]) {
        let result = parse(bytes)
        #expect(text(result.root) == document)
        #expect(lines(result) == diagnostics)
    }

    @Test("Other encodings are named, and nothing of them is read", arguments: [true, false])
    func wideEncodings(_ hasMark: Bool) {
        let units = Array(((hasMark ? "\u{FEFF}" : "") + "a: 1\n").utf16)
        for bytes in [
            units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
        ] {
            let result = parse(bytes)
            #expect(result.root == nil)
            #expect(lines(result) == ["1:1 F0002"])
            #expect(result.diagnostics.first?.message.contains("UTF-16") == true)
        }
    }

    @Test(
        "A syntax error is told where it is, and what stands before it is read",
        arguments: [
            ("a: 1\nb: [1, 2\nc: 3\n", "3:2"), ("a: 1\n b: 2\n", "2:3"), ("a: \"x\n", "2:1"), ("a: 1\n- b\n", "2:1"),
            ("a: @x\n", "1:4"), ("a: %x\n", "1:4"), ("a: b: c\n", "1:5"), ("a: 1\nb\nc: 2\n", "3:1"),
            ("a: \"\\q\"\n", "1:5"),
            ("a: 1\n}\n", "2:1"), ("a: !<x y\n", "1:7"), ("%YAML 2.0\n---\na\n", "1:1"), ("a: |x\n  b\n", "1:5"),
            ("a: 1\n  - b: 2\n c: 3\n", "2:6"),
        ]
    )
    func syntaxErrors(_ yaml: String, _ place: String) {
        let result = parse(Array(yaml.utf8))
        #expect(lines(result) == ["\(place) F0004"])
        if yaml.hasPrefix("a: 1\n"), !yaml.hasPrefix("a: 1\n ") {
            #expect(result.root?.pairs.first?.value.text == "1")
            #expect(result.root?.isDoubtfullyComplete == true)
        }
    }

    @Test(
        "What would use up the machine is refused where it begins",
        arguments: [
            (String(repeating: "[", count: 100_000), "1:101 F0007"),
            (String(repeating: "- ", count: 10_000) + "x", "1:201 F0007"),
            ("a: \"" + String(repeating: "x", count: 70_000) + "\"\nb: 1\n", "1:4 F0007"),
        ]
    )
    func bounds(_ yaml: String, _ diagnostic: String) {
        #expect(lines(parse(Array(yaml.utf8))).contains(diagnostic))
    }

    @Test("Aliases of aliases are refused before they have grown, also as merge keys", arguments: ["[", "{<<: ["])
    func aliasBombs(_ opening: String) throws {
        let isMerge = opening != "["
        var text = "l0: &l0 \(isMerge ? "{a: 1}" : "[x]")\n"
        for level in 1...12 {
            let aliases = Array(repeating: "*l\(level - 1)", count: 10).joined(separator: ", ")
            text += "l\(level): &l\(level) \(opening)\(aliases)]\(isMerge ? "}" : "")\n"
        }
        let result = parse(Array(text.utf8))
        #expect(result.diagnostics.map(\.code) == [.excessive])
        #expect(result.root?.pairs.count ?? 0 < 9)
    }

    @Test("A chain of aliases is no way around the bound of nesting", arguments: ["[", "{<<: "])
    func aliasChains(_ opening: String) {
        let closing = opening == "[" ? "]" : "}"
        let text = "l0: &l0 {a: 1}\n" + (1...1000).map { "l\($0): &l\($0) \(opening)*l\($0 - 1)\(closing)\n" }.joined()
        let result = parse(Array(text.utf8))
        #expect(result.diagnostics.first?.code == .excessive)
        #expect(result.diagnostics.first?.location?.range.start.line == 100)
        #expect(self.text(result.root).count > 100)
    }

    @Test(
        "Other problems are told side by side, and the document is whole",
        arguments: [
            ("a: *b\nc: *d\n", "{a:?,c:?}", ["1:4 F0006", "2:4 F0006"]),
            ("a: &a [*a]\n", "{a:[?]}", ["1:8 F0006"]),
            ("a: 1\na: 2\n<<: x\n", "{a:1}", ["2:1 F0005", "3:5 F0009"]),
            ("a: !x 1\nb: !!int 2\n", "{a:1,b:2}", ["1:4 F0010"]),
            ("? {a: b}\n: 1\nc: 2\n", "{c:2}", ["1:3 F0004"]),
            ("a: 1\n---\nb: 2\n", "{a:1}", ["2:1 F0008"]),
            ("a: 1\n...\n", "{a:1}", []),
            ("# nothing\n", "none", []),
        ]
    )
    func otherProblems(_ yaml: String, _ document: String, _ diagnostics: [String]) {
        let result = parse(Array(yaml.utf8))
        #expect(text(result.root) == document)
        #expect(lines(result) == diagnostics)
    }
}
