import Testing

@testable import XML

@Suite("XML in pieces and out of bounds")
struct XMLBoundsTests {
    private final class Recorder: XMLHandler {
        var events = ""
        func start(_ element: String, attributes: [String: String]) {
            events += "<\(element)\(attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined())>"
        }
        func text(_ text: String) { events += text }
        func end(_ element: String) { events += "</\(element)>" }
    }

    @Test("A document is the same wherever it is cut", arguments: [1, 2, 3, 5, 7, 64])
    func pieces(length: Int) throws {
        let document = "<?xml version='1.0'?><a:r xmlns:a='u' x='1&lt;2'>grüße &#x41;&amp;<![CDATA[<raw>]]><b/>\n</a:r>"
        let recorder = Recorder()
        let parser = try XMLParser(recorder)
        var rest = Array(document.utf8)[...]
        while !rest.isEmpty {
            try rest.prefix(length).withUnsafeBytes { try parser.parse($0) }
            rest = rest.dropFirst(length)
        }
        try parser.finish()
        #expect(recorder.events == "<r x=1<2>grüße A&<raw><b></b>\n</r>")
    }

    @Test("Entities of a document's own are refused before they grow, and files are not read")
    func entities() {
        let bomb = (1...20).map { "<!ENTITY e\($0) '&e\($0 - 1);&e\($0 - 1);'>" }.joined()
        for document in [
            "<!DOCTYPE r [<!ENTITY e0 'x'>\(bomb)]><r>&e20;</r>",
            "<!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><r>&f;</r>",
            "<!DOCTYPE r SYSTEM 'http://127.0.0.1:1/'><r/>",
        ] {
            let error = #expect(throws: XMLError.self) { try XMLElement.parse(Array(document.utf8)) }
            #expect(error?.description.contains("DTD") == true)
        }
    }

    @Test("Nesting is bounded", arguments: [65, 1000, 1_000_000])
    func nesting(depth: Int) {
        let document = String(repeating: "<a>", count: depth)
        #expect(throws: XMLError.self) { try XMLElement.parse(Array(document.utf8)) }
    }

    @Test("White space around text goes, however much there is, and that within stays")
    func whiteSpace() throws {
        let space = String(repeating: " \n\t", count: 1_000_000)
        #expect(try XMLElement.parse(Array("<r>\(space)a  b\(space)</r>".utf8)).text == "a  b")
        #expect(try XMLElement.parse(Array("<r>\(space)</r>".utf8)).text == "")
    }

    @Test("What is no UTF-8 is refused, with the line")
    func encoding() {
        let error = #expect(throws: XMLError.self) {
            try XMLElement.parse(Array("<r>\n\n".utf8) + [0xFF, 0xFE] + Array("</r>".utf8))
        }
        #expect(error?.description.hasPrefix("line 3:") == true)
    }
}
