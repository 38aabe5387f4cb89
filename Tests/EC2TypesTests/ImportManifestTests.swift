import EC2Types
import Testing

@Suite("An import manifest")
struct ImportManifestTests {
    private let importManifest = ImportManifest(
        format: "VMDK",
        selfDestructURL: "https://s3/x?a=1&b=<2>",
        size: 12,
        volumeSize: 1,
        parts: [
            .init(
                start: 0,
                end: 9,
                key: "p/a&b",
                headURL: "https://s3/h?x=1&y=2",
                getURL: "https://s3/g?x=1&y=\"2\"",
                deleteURL: "https://s3/d"
            ),
            .init(
                start: 10,
                end: 11,
                key: "p/c",
                headURL: "https://s3/h2",
                getURL: "https://s3/g2",
                deleteURL: "https://s3/d"
            ),
        ]
    )

    @Test("is read as it was written")
    func roundTrip() throws {
        let xml = importManifest.xml
        #expect(try ImportManifest(xml: xml) == importManifest)
        #expect(ImportManifest.partKeys(in: xml) == ["p/a&b", "p/c"])
    }

    @Test("that is truncated yields the keys of its complete parts")
    func truncated() {
        let xml = importManifest.xml
        var counts: [Int] = []
        for length in 0..<xml.count {
            let keys = ImportManifest.partKeys(in: Array(xml.prefix(length)))
            #expect(["p/a&b", "p/c"].starts(with: keys))
            counts.append(keys.count)
        }
        #expect(Set(counts) == [0, 1, 2])
        #expect(counts == counts.sorted())
    }

    @Test(
        "that is invalid is rejected with a typed error",
        arguments: [
            ("VMDK", "VHDX", ImportManifestError.unknownFormat("VHDX")),
            ("<version>2010-11-15", "<version>2011-01-01", .unknownVersion("2011-01-01")),
            ("<size>12</size>", "<size>13</size>", .partLengths(bytes: 12, image: 13)),
            ("<size>12</size>", "<size>99999999999999</size>", .imageTooLarge(bytes: 99_999_999_999_999)),
            ("count=\"2\"", "count=\"3\"", .partCount(2, announced: 3)),
            ("index=\"1\"", "index=\"2\"", .partOutOfOrder(1)),
            ("start=\"10\"", "start=\"9\"", .partRange(1, first: 9, last: 11, expected: 10)),
            ("<key>p/c</key>", "", .missingKey(part: 1)),
            ("https://s3/g2", "file:///etc/passwd", .invalidURL("<get-url> of part 1")),
            ("<volume-size>1</volume-size>", "", .missingElement("import/volume-size")),
            ("<volume-size>1<", "<volume-size>x<", .invalidNumber("<import/volume-size>", text: "x")),
        ]
    )
    func invalid(original: String, replacement: String, error: ImportManifestError) throws {
        let text = String(decoding: importManifest.xml, as: UTF8.self)
        let changed = text.replacing(original, with: replacement)
        try #require(changed != text)
        #expect(throws: error) { try ImportManifest(xml: Array(changed.utf8)) }
    }

    @Test("with text without end is rejected before memory is full")
    func endlessText() throws {
        var xml = Array("<manifest><version>".utf8)
        xml += repeatElement(UInt8(ascii: "x"), count: 1 << 20)
        #expect(throws: ImportManifestError.textTooLong(element: "version")) { try ImportManifest(xml: xml) }
    }
}
