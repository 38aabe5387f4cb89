import TestSupport
import Testing

@testable import FileSystem

@Suite("Folder")
struct FolderTests {
    @Test("The parent of a path", arguments: [("a/b", "a"), ("/a", "/"), ("a", "."), ("/a/b/c", "/a/b"), ("./a", ".")])
    func parent(path: String, parent: String) {
        #expect(Folder.parent(of: path) == parent)
    }

    @Test("A folder is created with its parents, and its names are listed")
    func creation() throws {
        let root = try TemporaryDirectory()
        let folder = Folder(path: root.path("a/b"))
        try folder.create()
        try folder.create()
        try LocalFiles().write([], to: "\(folder.path)/.hidden")
        #expect(try folder.names() == [".hidden"])
        try folder.synchronize()
        let missing = #expect(throws: FileError.self) { try Folder(path: root.path("c")).names() }
        #expect(missing?.call == "opendir" && missing?.isAbsence == true)
    }
}
