import TestSupport
import Testing

@testable import Execution

@Suite("Scratch folder")
struct ScratchFolderTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    @Test("a folder is created with those above it, and may exist")
    func make() throws {
        let path = folder.path("a/b")
        #expect(try ScratchFolder.files(in: path) == [])
        try ScratchFolder.make(path)
        try ScratchFolder.make(path)
        try folder.write([1], to: "a/b/file")
        #expect(try ScratchFolder.files(in: path) == ["file"])
    }

    @Test("only a regular file counts as one")
    func hasFile() throws {
        #expect(!ScratchFolder.hasFile(folder.path("file")))
        try folder.write([1], to: "file")
        #expect(ScratchFolder.hasFile(folder.path("file")))
        #expect(!ScratchFolder.hasFile(folder.path))
    }

    @Test("a file is removed; a missing one counts as removed")
    func remove() throws {
        try folder.write([1], to: "file")
        try ScratchFolder.remove(folder.path("file"))
        #expect(!ScratchFolder.hasFile(folder.path("file")))
        try ScratchFolder.remove(folder.path("file"))
    }

    @Test("a folder whose parent is a file is an error that names it")
    func blocked() throws {
        try folder.write([1], to: "file")
        let error = #expect(throws: ScratchError.self) { try ScratchFolder.make(folder.path("file/folder")) }
        #expect(error?.path.hasPrefix(folder.path("file")) == true)
        #expect(throws: ScratchError.self) { try ScratchFolder.files(in: folder.path("file")) }
    }
}
