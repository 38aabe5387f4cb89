import Hashing
import JSON
import Testing

@Suite struct JSONReaderTests {
    private enum Color: String, CaseIterable { case red, green }

    private func read<Value>(
        _ text: String,
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        try JSONReader.read(Array(text.utf8), body)
    }

    private func error<Value>(_ text: String, _ body: (inout JSONReader) throws(JSONError) -> Value) -> JSONError? {
        do throws(JSONError) {
            _ = try read(text, body)
            return nil
        } catch {
            return error
        }
    }

    @Test("An object's fields are read in any order, and unknown ones are skipped")
    func object() throws {
        let text = #" { "b" : [ "x" , "y" ] , "z": {"deep": [1, {"er": null}], "s": "\"}"}, "a" : -7 } "#
        var (a, b): (Int?, [String]?)
        try read(text) { (reader) throws(JSONError) in
            try reader.object { (reader, key) throws(JSONError) in
                switch key {
                case "a": try reader.once(&a, key) { (reader) throws(JSONError) in try reader.integer() }
                case "b": try reader.once(&b, key) { (reader) throws(JSONError) in try reader.texts() }
                default: try reader.skip()
                }
            }
        }
        #expect(a == -7)
        #expect(b == ["x", "y"])
    }

    @Test(
        "Escapes become the characters that they stand for",
        arguments: [
            (#""""#, ""), (#""a\"\\\/b""#, "a\"\\/b"), (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"),
            (#""\u00e9\u0041""#, "éA"), (#""\ud83d\ude00""#, "😀"), ("\"é😀\"", "é😀"),
        ]
    )
    func strings(text: String, expected: String) throws {
        #expect(try read(text) { (reader) throws(JSONError) in try reader.string() } == expected)
    }

    @Test(
        "A damaged text is an error where it is damaged",
        arguments: [
            (#""abc"#, 4), ("\"a\nb\"", 2), (#""\x""#, 2), (#""\u12g4""#, 2), (#""\ud83d""#, 6), (#""\ud83dA""#, 6),
            (#""\ude00""#, 6), ("\"\\", 2), ("x", 0), ("", 0),
        ]
    )
    func badStrings(text: String, offset: Int) throws {
        let error = try #require(error(text) { (reader) throws(JSONError) in try reader.string() })
        #expect(error.offset == offset, "\(error.reason)")
    }

    @Test("A text that is not UTF-8 is an error")
    func encoding() {
        let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
        #expect(throws: JSONError.self) {
            try JSONReader.read(bytes) { (reader) throws(JSONError) in try reader.string() }
        }
    }

    @Test(
        "Whole numbers of 64 bits are read, and no others",
        arguments: [
            ("0", 0), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.0", nil), ("1e3", nil), ("-", nil),
            ("\"1\"", nil), ("", nil),
        ] as [(String, Int?)]
    )
    func integers(text: String, expected: Int?) {
        #expect((try? read(text) { (reader) throws(JSONError) in try reader.integer() }) == expected)
    }

    @Test("A number out of its range is an error that names the range")
    func range() throws {
        let error = try #require(error("0") { (reader) throws(JSONError) in try reader.integer(in: 1...4) })
        #expect(error.reason == "0 is not from 1 to 4")
    }

    @Test(
        "Numbers are decimal and finite",
        arguments: [("1.5", 1.5), ("-2e-3", -0.002), ("1e999", nil), ("nan", nil), ("0x1p3", nil), ("inf", nil)]
            as [(String, Double?)]
    )
    func numbers(text: String, expected: Double?) {
        #expect((try? read(text) { (reader) throws(JSONError) in try reader.number() }) == expected)
    }

    @Test("Truth values, words and digests are read, and what is none of them is named")
    func values() throws {
        #expect(try read("true") { (reader) throws(JSONError) in try reader.boolean() })
        #expect(try !read("false") { (reader) throws(JSONError) in try reader.boolean() })
        #expect(error("True") { (reader) throws(JSONError) in try reader.boolean() } != nil)
        let color: Color = try read(#""green""#) { (reader) throws(JSONError) in try reader.word() }
        #expect(color == .green)
        let unknown = error(#""blue""#) { (reader) throws(JSONError) -> Color in try reader.word() }
        #expect(unknown?.reason == "“blue” is none of red, green")
        let digest = SHA256.digest(of: "x")
        #expect(try read("\"\(digest.hex)\"") { (reader) throws(JSONError) in try reader.digest() } == digest)
        for text in ["\"\"", "\"\(digest.hex)0\"", "\"\(digest.hex.dropLast())g\"", "\"\(digest.hex)"] {
            #expect(error(text) { (reader) throws(JSONError) in try reader.digest() } != nil, "\(text)")
        }
    }

    @Test(
        "The structure is checked",
        arguments: ["{\"a\" 1}", "{\"a\":1,}", "{a:1}", "{\"a\":1", "[1,]", "[1 2]", "{} {}", "{}x", "[", ""]
    )
    func structure(text: String) {
        #expect(error(text) { (reader) throws(JSONError) in try reader.skip() } != nil)
    }

    @Test("Values that are skipped may nest 64 deep, so that no text exhausts the stack")
    func depth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        }
        #expect(error(nested(63)) { (reader) throws(JSONError) in try reader.skip() } == nil)
        let bomb = error(nested(100_000)) { (reader) throws(JSONError) in try reader.skip() }
        #expect(bomb?.reason == "nested more than 64 levels deep")
    }

    @Test("A field that stands twice, and one that is missing, are named")
    func fields() {
        let twice = error(#"{"a":1,"a":2}"#) { (reader) throws(JSONError) in
            var a: Int?
            try reader.object { (reader, key) throws(JSONError) in
                try reader.once(&a, key) { (reader) throws(JSONError) in try reader.integer() }
            }
        }
        #expect(twice?.reason == "“a” stands twice")
        let missing = error("{}") { (reader) throws(JSONError) -> Int in
            try reader.object { (reader, _) throws(JSONError) in try reader.skip() }
            return try reader.require(nil, "a")
        }
        #expect(missing?.reason.contains("has no “a”") == true)
    }
}
