import DiskImages
import Hashing
import TestSupport
import Testing

@testable import Execution

@Suite("Part list")
struct PartListTests {
    private let folder: TemporaryDirectory
    private let path: String
    private let digest: ImageDigest

    init() throws {
        folder = try TemporaryDirectory()
        path = folder.path("image.parts")
        let parts = ["first", "second"].map { SHA256.digest(of: $0) }
        digest = try #require(ImageDigest(bytes: Int64(ImageParts.size) + 1, parts: parts))
    }

    @Test("a list is read as it was written")
    func roundTrip() throws {
        #expect(try PartList.read(path: path) == nil)
        try PartList.write(digest, to: path)
        #expect(try PartList.read(path: path) == digest)
    }

    @Test("a list that was cut off is no list")
    func cut() throws {
        let text = "ferry parts 1\n\(digest.bytes)\n" + digest.parts.map { "\($0.hex)\n" }.joined()
        try folder.write(Array(text.utf8), to: "image.parts")
        #expect(try PartList.read(path: path) == digest)
        // Without the last line feed it is whole too.
        for length in 0..<text.utf8.count - 1 {
            try folder.write(Array(text.utf8.prefix(length)), to: "image.parts")
            #expect(try PartList.read(path: path) == nil, "\(length) bytes")
        }
    }

    @Test(
        "another file is no list",
        arguments: ["ferry parts 2\n0\n", "ferry parts 1\nmany\n", "ferry parts 1\n-1\n", "\n\n\n"]
    )
    func another(text: String) throws {
        try folder.write(Array(text.utf8), to: "image.parts")
        #expect(try PartList.read(path: path) == nil)
    }

    @Test("a list in a folder that does not exist is not written")
    func noFolder() {
        let path = folder.path("missing/image.parts")
        let error = #expect(throws: ScratchError.self) { try PartList.write(digest, to: path) }
        #expect(error?.path.hasPrefix(folder.path("missing")) == true)
    }
}
