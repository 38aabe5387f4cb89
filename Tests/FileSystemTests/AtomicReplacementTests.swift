import Glibc
import TestSupport
import Testing

@testable import FileSystem

@Suite("Atomic replacement")
struct AtomicReplacementTests {
    /// Records the steps of a replacement, and fails at one of them.
    private final class Steps: AtomicReplacement {
        struct Failure: Error, Equatable {}

        var list: [String] = []
        var failing: String?

        private func step(_ text: String) throws(Failure) {
            list.append(text)
            if failing.map({ text.hasPrefix($0) }) == true { throw Failure() }
        }

        func write(_ bytes: [UInt8], to path: String) throws(Failure) { try step("write \(path)") }
        func link(_ path: String, to other: String) throws(Failure) { try step("link \(path) \(other)") }
        func rename(_ path: String, to target: String) throws(Failure) { try step("rename \(path) \(target)") }
        func synchronizeFolder(of path: String) throws(Failure) { try step("synchronize \(path)") }
        func discard(_ temporary: String) { list.append("discard \(temporary)") }
        func target(of path: String) -> String { path }
    }

    @Test("The content is durable before the name changes")
    func order() throws {
        let steps = Steps()
        try steps.replace("a", with: [1], backup: "a.backup")
        #expect(steps.list == ["write a.next", "link a a.backup", "rename a.next a", "synchronize a"])
    }

    @Test("A failure discards the temporary file", arguments: ["write", "link", "rename"])
    func failure(of step: String) {
        let steps = Steps()
        steps.failing = step
        #expect(throws: Steps.Failure()) { try steps.replace("a", with: [1], through: "t", backup: "b") }
        #expect(steps.list.last == "discard t")
        #expect(!steps.list.contains("synchronize a"))
    }

    @Test(
        "A file is replaced, and its backup keeps the old content",
        arguments: [LocalFiles.Durability.process, .content, .contentAndName]
    )
    func files(durability: LocalFiles.Durability) throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("file")
        let files = LocalFiles(permissions: 0o600, durability: durability)
        try files.replace(path, with: Array("old".utf8))
        // A leftover of a crash that shares its content with another name.
        try files.write(Array("leftover".utf8), to: path + ".next")
        try files.link(path + ".next", to: folder.path("other"))
        try files.replace(path, with: Array("new".utf8), backup: path + ".backup")
        #expect(try text(path) == "new")
        #expect(try text(path + ".backup") == "old")
        #expect(try text(folder.path("other")) == "leftover")
        #expect(try Set(Folder(path: folder.path).names()) == ["file", "file.backup", "other"])
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test("A symbolic link stays, and the file that it leads to is replaced")
    func links() throws {
        let folder = try TemporaryDirectory()
        try Folder(path: folder.path("there")).create()
        try #require(symlink("there/second", folder.path("first")) == 0)
        try #require(symlink(folder.path("there/file"), folder.path("there/second")) == 0)
        // The file does not exist yet.
        try LocalFiles().replace(folder.path("first"), with: Array("old".utf8))
        try LocalFiles().replace(folder.path("first"), with: Array("new".utf8), backup: folder.path("backup"))
        #expect(try text(folder.path("there/file")) == "new")
        #expect(LocalFiles().target(of: folder.path("first")) == folder.path("there/file"))
        #expect(try Set(Folder(path: folder.path("there")).names()) == ["file", "second"])
        // Links that lead to each other are left to the system's error.
        try #require(symlink("loop", folder.path("loop")) == 0)
        #expect(LocalFiles().target(of: folder.path("loop")) == folder.path("loop"))
    }

    @Test("Without an old file there is no backup")
    func firstWrite() throws {
        let folder = try TemporaryDirectory()
        try LocalFiles().replace(folder.path("file"), with: [1], backup: folder.path("backup"))
        #expect(try Folder(path: folder.path).names() == ["file"])
    }

    @Test("An error names the path, the call and the code")
    func error() throws {
        let folder = try TemporaryDirectory()
        let missing = folder.path("missing/file")
        let error = #expect(throws: FileError.self) { try LocalFiles().replace(missing, with: [1]) }
        #expect(error == FileError(path: missing + ".next", call: "open", code: ENOENT))
        #expect(error?.description == "\(missing).next: open: No such file or directory")
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try FileContents(path: path).bytes, as: UTF8.self)
    }
}
