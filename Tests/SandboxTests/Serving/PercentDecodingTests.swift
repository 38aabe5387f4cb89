import Testing

@testable import Sandbox
@testable import WireEncoding
@testable import XML

@Suite("Decoding of requests")
struct PercentDecodingTests {
    @Test(
        "Text is decoded strictly",
        arguments: [
            ("a%20b", "a b" as String?), ("a+b", "a+b"), ("%C3%BC", "ü"), ("%2F", "/"), ("", ""), ("%", nil),
            ("%4", nil), ("%zz", nil), ("%FF", nil), ("%C3", nil), ("%E2%82", nil),
        ]
    )
    func path(text: String, expected: String?) {
        #expect(PercentEncoding.strictlyDecoded(text) == expected)
    }

    @Test("A query's names and values")
    func query() throws {
        let query = try #require(QueryParameters(decoding: "a=1&b&c=x+y%3D&a=2&=z"))
        #expect(query["a"] == "1")
        #expect(query["b"] == "")
        #expect(query["c"] == "x y=")
        #expect(query["d"] == nil)
        #expect(query.contains("b"))
        #expect(QueryParameters(decoding: "a=%G0") == nil)
    }

    @Test("Lists of EC2 parameters are in the order of their numbers")
    func lists() throws {
        let form = try #require(
            QueryParameters(decoding: "Id.10=c&Id.2=b&Id.1=a&Id.x=n&Tag.2.Key=k&Tag.2.Value=v&Tag.1.Key=j")
        )
        let parameters = EC2Parameters(query: try #require(QueryParameters(decoding: "")), form: form)
        #expect(parameters.list("Id") == ["a", "b", "c"])
        #expect(parameters.pairs("Tag").map(\.key) == ["j", "k"])
        #expect(parameters.pairs("Tag").map(\.value) == ["", "v"])
    }

    @Test("What XML has no form for is escaped")
    func escaping() {
        var writer = XMLWriter.fragment
        writer.element("a", "<&>\"\u{1}é")
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "<a>&lt;&amp;&gt;&quot;&#x1;é</a>")
    }
}
