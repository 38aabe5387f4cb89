import DiskImages
import Foundation
import Hashing
import TestSupport
import Testing

/// Parts of image files and what names them.
@Suite struct ImageDigesterTests {
    @Test("Parts cover a file without gaps", arguments: [0, 1, (8 << 20) - 1, 8 << 20, (8 << 20) + 1, 25 << 20])
    func cut(bytes: Int64) {
        let ranges = (0..<ImageParts.count(bytes: bytes)).map { ImageParts.range(of: $0, bytes: bytes) }
        #expect(ranges.reduce(0) { $0 + $1.count } == Int(bytes))
        #expect(ranges.isEmpty == (bytes == 0))
        #expect(ranges.allSatisfy { !$0.isEmpty && $0.count <= ImageParts.size })
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(ImageParts.range(of: ranges.count, bytes: bytes).isEmpty)
    }

    @Test("A digest names every part and their order", arguments: [1, 512, 8 << 20, (8 << 20) + 1, 20_000_000])
    func digest(byteCount: Int) throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("disk.raw")
        try writePattern(to: path, byteCount: byteCount, seed: 5)
        let data = try Data(contentsOf: URL(filePath: path))
        var progress: [Int64] = []
        let digest = try ImageDigester.digest(path: path) { progress.append($0) }
        let parts = stride(from: 0, to: byteCount, by: 8 << 20).map { start in
            SHA256.digest(of: data[start..<min(start + 8 << 20, byteCount)])
        }
        #expect(digest.bytes == Int64(byteCount))
        #expect(digest.parts == parts)
        #expect(digest.digest == SHA256.digest(of: parts.flatMap(\.bytes)))
        #expect(progress.last == Int64(byteCount))
        let last = try #require(digest.part(at: parts.count - 1))
        #expect(last.offset + Int64(last.length) == Int64(byteCount))
        #expect(digest.part(at: parts.count) == nil)
    }

    @Test("Holes hash as the zeros they are")
    func holes() async throws {
        let folder = try TemporaryDirectory()
        // A hole of a whole part, data in a hole, a hole at the end that is no whole part.
        let sparse = try await Command.run(
            [
                "sh", "-c",
                "truncate -s 40000000 sparse && printf data | dd of=sparse bs=1 seek=20000000 conv=notrunc "
                    + "&& cp --sparse=never sparse dense",
            ],
            in: folder.path
        )
        try #require(sparse.exitCode == 0, "\(sparse.errorOutput)")
        let digest = try ImageDigester.digest(path: folder.path("sparse"))
        #expect(try digest == ImageDigester.digest(path: folder.path("dense")))
        #expect(digest.parts.count == 5)
        #expect(digest.parts[0] == digest.parts[1])
        #expect(digest.parts[2] != digest.parts[1])
        #expect(digest.parts[4] != digest.parts[1])
    }

    @Test("A file written or cut while it is hashed is an error", arguments: ["append", "overwrite", "cut"])
    func changes(change: String) throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("disk.raw")
        try writePattern(to: path, byteCount: 20 << 20)
        let found = reason {
            _ = try ImageDigester.digest(path: path) { _ in
                let file = try FileHandle(forUpdating: URL(filePath: path))
                switch change {
                case "append": try file.seekToEnd()
                case "overwrite": try file.seek(toOffset: 3)
                default: try file.truncate(atOffset: 9 << 20)
                }
                try file.write(contentsOf: Data([1]))
                try file.close()
            }
        }
        #expect(found == "changedWhileRead")
    }

    @Test("Hashing can be cancelled")
    func cancellation() throws {
        struct Cancelled: Error {}
        let folder = try TemporaryDirectory()
        let path = folder.path("disk.raw")
        try writePattern(to: path, byteCount: 9 << 20)
        #expect(throws: Cancelled.self) { try ImageDigester.digest(path: path) { _ in throw Cancelled() } }
    }
}
