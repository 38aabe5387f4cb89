import Testing

@testable import Diagnostics
@testable import YAML

@Suite struct YAMLNodeTests {
    private func root(_ text: String) throws -> YAMLNode {
        let result = YAMLParser.parse(SourceFile(path: "a.yaml", bytes: Array(text.utf8)))
        try #require(result.diagnostics.isEmpty, "\(result.diagnostics)")
        return try #require(result.root)
    }

    @Test(
        "A plain word is the text that is written; only the words for nothing are nothing",
        arguments: [
            ("no", "no", true, false), ("012", "012", true, false), ("1e3", "1e3", true, false),
            ("'no'", "no", false, false),
            ("~", "~", true, true), ("null", "null", true, true), ("NULL", "NULL", true, true),
            ("'null'", "null", false, false),
            ("!!str null", "null", false, false), ("|\n a\n b\n", "a\nb\n", false, false),
            ("nULL", "nULL", true, false),
            ("\"\\u00fc\\t\"", "ü\t", false, false),
        ]
    )
    func scalars(_ yaml: String, _ text: String, _ isPlain: Bool, _ isNull: Bool) throws {
        let node = try root(yaml)
        #expect(node.kind == .scalar)
        #expect(node.text == text)
        #expect(node.isPlain == isPlain)
        #expect(node.isNull == isNull)
    }

    @Test("Children keep their order and their places")
    func places() throws {
        let node = try root("a: [x, {y: z}]\n\"b\":\n  - 1\n")
        #expect(node.pairs.map(\.key) == ["a", "b"])
        let list = node.pairs[0].value
        #expect(list.items.map(\.kind) == [.scalar, .mapping])
        #expect(list.range == SourceRange(at: SourcePosition(line: 1, column: 4), columns: 11))
        #expect(list.items[1].pairs[0].value.range == SourceRange(at: SourcePosition(line: 1, column: 12)))
        #expect(node.pairs[1].keyRange == SourceRange(at: SourcePosition(line: 2, column: 1), columns: 3))
        #expect(node.pairs[1].value.items[0].text == "1")
    }

    @Test("An alias reads as what it stands for, at its own place")
    func aliases() throws {
        let node = try root("a: &x [1, 2]\nb: &y *x\n".replacing("&y ", with: ""))
        let alias = node.pairs[1].value
        #expect(alias.items.map(\.text) == ["1", "2"])
        #expect(alias.range.start == SourcePosition(line: 2, column: 4))
        #expect(alias.items[0].range.start.line == 1)
    }

    @Test("A merge key adds what the mapping does not have; of several mappings the first wins")
    func merges() throws {
        let node = try root(
            """
            base: &base {a: 1, b: 1}
            more: &more {<<: *base, b: 2, c: 2}
            one: {<<: *base, a: 0}
            list: {c: 0, <<: [*more, *base, {d: 4}]}
            quoted: {"<<": x}
            """
        )
        func entries(_ key: String) -> [String] {
            node.pairs.first { $0.key == key }?.value.pairs.map { "\($0.key)=\($0.value.text)" } ?? []
        }
        #expect(entries("more") == ["b=2", "c=2", "a=1"])
        #expect(entries("one") == ["a=0", "b=1"])
        #expect(entries("list") == ["c=0", "b=2", "a=1", "d=4"])
        #expect(entries("quoted") == ["<<=x"])
        #expect(node.pairs.last { $0.key == "one" }?.value.pairs.map(\.isMerged) == [false, true])
    }

    @Test("A mapping of a thousand keys finds its duplicates, each with the first")
    func largeMappings() {
        let text = (0..<1000).map { "k\($0 % 998): \($0)\n" }.joined()
        let result = YAMLParser.parse(SourceFile(path: "a.yaml", bytes: Array(text.utf8)))
        #expect(result.root?.pairs.count == 998)
        #expect(result.diagnostics.map(\.code) == [.duplicateKey, .duplicateKey])
        #expect(result.diagnostics.compactMap { $0.notes.first?.location?.range.start.line } == [1, 2])
    }
}
