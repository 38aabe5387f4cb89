import Testing
import XML

@Suite struct XMLWriterTests {
    @Test(
        "Text is escaped, so that it is read back as it was",
        arguments: ["", "a & b < c > \"d\"", "]]>", "é😀", "&amp;"]
    )
    func escaping(text: String) throws {
        var writer = XMLWriter()
        writer.element("root", namespace: "urn:x") { writer in
            writer.element("text", text)
            writer.element("none", optional: nil)
            writer.element("number", 7)
        }
        let root = try XMLElement.parse(writer.bytes)
        #expect(root.name == "root")
        #expect(root.child("text")?.text == text)
        #expect(root.child("none") == nil)
        #expect(root.child("number")?.text == "7")
    }

    @Test("A document that is written in pieces is whole")
    func pieces() throws {
        var (writer, fragment) = (XMLWriter(), XMLWriter.fragment)
        writer.open("root", namespace: "urn:x")
        writer.open("list")
        fragment.element("item", "1")
        fragment.close("list")
        fragment.close("root")
        let root = try XMLElement.parse(writer.bytes + fragment.bytes)
        #expect(root.child("list")?.text("item") == "1")
    }
}
