import Testing

@testable import Sandbox

@Suite("Byte ranges")
struct ByteRangeTests {
    @Test(
        "Ranges that a read can answer",
        arguments: [
            ("bytes=0-0", 0, 1), ("bytes=0-99", 0, 100), ("bytes=10-", 10, 90), ("bytes=90-200", 90, 10),
            ("bytes=-10", 90, 10), ("bytes=-1000", 0, 100), ("bytes=99-99", 99, 1),
        ]
    )
    func satisfiable(header: String, start: Int64, count: Int64) throws {
        let range = try #require(try ByteRange(header, size: 100))
        #expect(range.start == start)
        #expect(range.count == count)
    }

    @Test("Ranges without a byte", arguments: ["bytes=100-", "bytes=100-200", "bytes=-0"])
    func unsatisfiable(header: String) {
        #expect(throws: S3Error.self) { try ByteRange(header, size: 100) }
    }

    @Test(
        "What isn't one range is ignored",
        arguments: [nil, "", "bytes", "bytes=", "bytes=5-4", "bytes=1-2,4-5", "bytes=a-b", "items=0-1", "bytes=--1"]
    )
    func ignored(header: String?) throws {
        let range = try ByteRange(header, size: 100)
        #expect(range == nil)
    }

    @Test("An empty object has no range")
    func empty() {
        #expect(throws: S3Error.self) { try ByteRange("bytes=0-", size: 0) }
        #expect(throws: S3Error.self) { try ByteRange("bytes=-1", size: 0) }
    }
}
