import Testing

@testable import XML

@Suite("XML parser")
struct XMLParserTests {
    @Test("elements, text and character references are read")
    func read() throws {
        let root = try XMLElement.parse(Array("<a><b>x &amp; &#xE9;</b><b>2</b></a>".utf8))
        #expect(root.name == "a")
        #expect(root.text("b") == "x & é")
        #expect(root.children.count == 2)
    }

    @Test(
        "a DTD is refused",
        arguments: [
            "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>",
            "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
        ]
    )
    func doctype(_ text: String) {
        let error = #expect(throws: XMLError.self) { try XMLElement.parse(Array(text.utf8)) }
        #expect(error?.description.contains("DTD") == true)
    }

    @Test("what is not well formed is refused", arguments: ["", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&e;</a>"])
    func malformed(_ text: String) {
        #expect(throws: XMLError.self) { try XMLElement.parse(Array(text.utf8)) }
    }
}
