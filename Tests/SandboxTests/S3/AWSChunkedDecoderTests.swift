import Testing

@testable import Sandbox

@Suite("The aws-chunked coding")
struct AWSChunkedDecoderTests {
    private static let coded = Array(
        "4\r\nWiki\r\n6;extension=x\r\npedia \r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\nX-Other:b\r\n\r\n".utf8
    )

    @Test("However the bytes are cut, the content is the same", arguments: 1...coded.count)
    func pieces(size: Int) throws {
        var decoder = AWSChunkedDecoder(signing: nil)
        var content: [UInt8] = []
        for start in stride(from: 0, to: Self.coded.count, by: size) {
            let piece = Array(Self.coded[start..<min(start + size, Self.coded.count)])
            try decoder.decode(piece) { content += $0 }
        }
        try decoder.finish()
        #expect(content == Array("Wikipedia ".utf8))
        #expect(decoder.trailer == ["x-amz-checksum-crc32": "AAAAAA==", "x-other": "b"])
    }

    @Test(
        "What isn't that coding is refused",
        arguments: [
            "", "4\r\nWiki", "4\r\nWiki\r\n", "4\r\nWikipedia\r\n0\r\n\r\n", "x\r\n", "-1\r\n", "\r\n",
            "FFFFFFFFFFFFFFFFF\r\n", String(repeating: "0", count: 20_000), "0\r\nno colon\r\n\r\n",
        ]
    )
    func refusal(coded: String) {
        #expect(throws: S3Error.self) {
            var decoder = AWSChunkedDecoder(signing: nil)
            try decoder.decode(Array(coded.utf8)) { _ in }
            try decoder.finish()
        }
    }
}
