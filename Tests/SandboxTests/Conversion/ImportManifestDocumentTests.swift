import DiskImages
import TestSupport
import Testing

@testable import Sandbox

@Suite("Import manifests")
struct ImportManifestDocumentTests {
    private static let url = "http://127.0.0.1:1/b/k?X-Amz-Signature=x&amp;y=z"

    private static func part(_ index: Int, _ start: Int, _ end: Int) -> String {
        """
        <part index="\(index)"><byte-range end="\(end)" start="\(start)"/><key>prefix/part\(index)</key>
        <head-url>\(url)</head-url><get-url>
        \(url)</get-url><delete-url>\(url)</delete-url></part>
        """
    }

    private static let valid = """
        <?xml version="1.0" encoding="UTF-8"?>
        <manifest><version>2010-11-15</version><file-format>VMDK</file-format>
        <importer><name>n</name><version>v</version><release>r</release></importer>
        <self-destruct-url>\(url)</self-destruct-url>
        <import><size>30</size><volume-size>2</volume-size><parts count="3">
        \(part(0, 0, 9))\(part(1, 10, 19))\(part(2, 20, 29))
        </parts></import></manifest>
        """

    @Test("A right one is read, white space and all")
    func right() throws {
        let document = try read(Self.valid)
        #expect(document.format == .vmdk)
        #expect(document.size == 30)
        #expect(document.parts.map(\.offset) == [0, 10, 20])
        #expect(document.parts.map(\.length) == [10, 10, 10])
        #expect(document.parts.map(\.key) == ["prefix/part0", "prefix/part1", "prefix/part2"])
        let url = "http://127.0.0.1:1/b/k?X-Amz-Signature=x&y=z"
        #expect(document.selfDestructURL == url)
        #expect(!document.parts.isEmpty)
        #expect(document.parts.allSatisfy { $0.getURL == url && $0.deleteURL == url })
    }

    @Test(
        "A wrong one is refused, with the reason",
        arguments: [
            ("<manifest>", "<other>", "the document's element is <other>"),
            ("2010-11-15</version><file", "2011-01-01</version><file", "version 2011-01-01"),
            (">VMDK<", ">VHDX<", "file-format VHDX"),
            ("<name>n</name>", "", "<importer/name> is missing"),
            ("<size>30</size>", "", "<import/size> is missing"),
            ("<size>30</size>", "<size>31</size>", "the parts have 30 bytes, the image 31"),
            ("<size>30</size>", "<size>-30</size>", "no number"),
            ("<size>30</size>", "<size>9223372036854775807</size>", "no number"),
            ("<volume-size>2</volume-size>", "", "<import/volume-size> is missing"),
            ("count=\"3\"", "count=\"4\"", "3 parts, where the count says 4"),
            ("count=\"3\"", "", "count of parts"),
            ("index=\"1\"", "index=\"2\"", "part 1 is missing or out of order"),
            ("index=\"0\"", "index=\"00x\"", "index of a part"),
            ("start=\"10\"", "start=\"11\"", "part 1 covers bytes 11 to 19, where it must begin at 10"),
            ("start=\"10\"", "start=\"9\"", "must begin at 10"),
            ("end=\"9\"", "end=\"-1\"", "no number"),
            ("<key>prefix/part2</key>", "<key/>", "part 2 has no <key>"),
            ("<get-url>\n\(url)</get-url>", "", "<get-url> of part 0"),
            ("<head-url>\(url)</head-url>", "<head-url>file:///etc/passwd</head-url>", "<head-url> of part 0"),
            ("<self-destruct-url>\(url)", "<self-destruct-url>", "<self-destruct-url> is missing"),
        ]
    )
    func wrong(original: String, replacement: String, reason: String) throws {
        let document = Self.valid.replacing(original, with: replacement)
        try #require(document != Self.valid)
        let error = #expect(throws: ConversionFailure.self) { try read(document) }
        let text = try #require(error?.description)
        #expect(text.hasPrefix("ClientError: Invalid import manifest: "))
        #expect(text.contains(reason), "\(text)")
        #expect(!text.contains("X-Amz-Signature"))
    }

    @Test(
        "A document type, an endless text, nothing at all",
        arguments: [
            "", "no XML",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><manifest>&b;</manifest>",
            "<manifest><version>" + String(repeating: "x", count: 100_000) + "</version></manifest>",
            "<other/>",
        ]
    )
    func hostile(document: String) {
        #expect(throws: ConversionFailure.self) { try read(document) }
    }

    private func read(_ text: String) throws -> ImportManifestDocument {
        let folder = try TemporaryDirectory()
        let path = try folder.write(text, to: "import-manifest")
        return try ImportManifestDocument(DataFile(reading: path), length: Int64(text.utf8.count))
    }
}
