import Foundation
import Hashing
import JSON
import Testing

@Suite struct JSONWriterTests {
    private static func sample(_ form: JSONWriter.Form) -> String {
        var writer = JSONWriter(form)
        writer.object { writer in
            writer.string("name", "a\"b\\c\n\u{1}é")
            writer.string("none", nil as String?)
            writer.integer("count", -3)
            writer.number("rate", 0.5)
            writer.number("infinite", .infinity)
            writer.boolean("flag", true)
            writer.list("texts", ["x", "y"])
            writer.list("empty", [])
            writer.list("objects", [1, 2]) { writer, number in writer.integer("n", number) }
            writer.object("inner") { writer in writer.string("digest", SHA256.digest(of: "x")) }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("Each form is JSON of the same values", arguments: [JSONWriter.Form.compact, .indented, .lines])
    func forms(form: JSONWriter.Form) throws {
        let data = Data(Self.sample(form).utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["name"] as? String == "a\"b\\c\n\u{1}é")
        #expect(object["none"] == nil && object["infinite"] == nil)
        #expect(object["count"] as? Int == -3)
        #expect(object["rate"] as? Double == 0.5)
        #expect(object["flag"] as? Bool == true)
        #expect(object["texts"] as? [String] == ["x", "y"])
        #expect((object["empty"] as? [Any])?.isEmpty == true)
        #expect((object["objects"] as? [[String: Int]]) == [["n": 1], ["n": 2]])
        #expect((object["inner"] as? [String: String])?["digest"] == SHA256.digest(of: "x").hex)
    }

    @Test("Lines break where the form says")
    func lines() {
        #expect(!Self.sample(.compact).contains("\n"))
        var writer = JSONWriter(.indented)
        writer.object { writer in
            writer.integer("a", 1)
            writer.object("b") { $0.integer("c", 2) }
        }
        writer.endLine()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": 2\n  }\n}\n")
        var compact = JSONWriter(.lines)
        compact.object { writer in
            writer.integer("a", 1)
            writer.list("b", [1, 2]) { writer, number in writer.integer("n", number) }
        }
        #expect(String(decoding: compact.bytes, as: UTF8.self) == "{\"a\":1,\n\"b\":[\n{\"n\":1},\n{\"n\":2}]}")
    }

    @Test("What is drained is not kept, and the whole is the same")
    func draining() throws {
        var (writer, drained): (JSONWriter, [UInt8]) = (JSONWriter(), [])
        writer.object { writer in
            writer.list("n") { writer in
                for number in 0..<100 {
                    writer.element { $0.integer("i", number) }
                    writer.drain { drained += $0 }
                }
            }
        }
        #expect(writer.bytes.count < 10)
        let object = try JSONSerialization.jsonObject(with: Data(drained + writer.bytes)) as? [String: [[String: Int]]]
        #expect(object?["n"]?.map { $0["i"] } == (0..<100).map { $0 })
    }
}
