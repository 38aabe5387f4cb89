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

        func write(_ bytes: [UInt8], to path: String, replacing original: String?) throws(Failure) {
            try step("write \(path)")
        }
        func writeInPlace(_ bytes: [UInt8], to path: String) throws(Failure) -> Bool { false }
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
        #expect(throws: Steps.Failure()) { try steps.replace("a", with: [1], through: .path("t"), backup: "b") }
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
    }

    @Test("A loop of links is an error that leaves them as they are")
    func loop() throws {
        let folder = try TemporaryDirectory()
        try #require(symlink("b", folder.path("a")) == 0 && symlink("a", folder.path("b")) == 0)
        #expect(LocalFiles().target(of: folder.path("a")) == folder.path("a"))
        let error = #expect(throws: FileError.self) { try LocalFiles().replace(folder.path("a"), with: [1]) }
        #expect(error?.code == ELOOP)
        #expect(try Set(Folder(path: folder.path).names()) == ["a", "b"])
    }

    @Test("A device, a pipe, and a link to one stay, and take the content", arguments: [false, true])
    func devices(isThroughLink: Bool) async throws {
        let folder = try TemporaryDirectory()
        try #require(mkfifo(folder.path("pipe"), 0o600) == 0)
        try #require(symlink("pipe", folder.path("link")) == 0)
        let path = folder.path(isThroughLink ? "link" : "pipe")
        let reader = Task.detached { try FileContents(path: folder.path("pipe")).bytes }
        try await BlockingExecutor.shared.run { () throws(FileError) in
            try LocalFiles().replace(path, with: Array("content".utf8))
        }
        #expect(try await reader.value == Array("content".utf8))
        let nodes = try TemporaryDirectory()
        let (null, full) = (nodes.device(like: "/dev/null"), nodes.device(like: "/dev/full"))
        try LocalFiles().replace(null, with: [1])
        let error = #expect(throws: FileError.self) { try LocalFiles().replace(full, with: [1]) }
        #expect(error?.code == ENOSPC)
        for (path, kind) in [(folder.path("pipe"), S_IFIFO), (null, S_IFCHR), (full, S_IFCHR)] {
            var status = stat()
            #expect(lstat(path, &status) == 0 && status.st_mode & S_IFMT == kind, "\(path)")
        }
        #expect(try Set(Folder(path: folder.path).names()) == ["pipe", "link"])
    }

    @Test("A path that stands for an open file of the process is written into at its position")
    func descriptors() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("file")
        let file = open(path, O_CREAT | O_RDWR, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        try #require(write(file, "a", 1) == 1)
        for name in ["/dev/fd/\(file)", "/proc/self/fd/\(file)", "/proc/\(getpid())/fd/\(file)"] {
            try LocalFiles().replace(name, with: Array("b".utf8))
        }
        try #require(symlink("/dev/fd/\(file)", folder.path("link")) == 0)
        try LocalFiles().replace(folder.path("link"), with: Array("c".utf8))
        #expect(try text(path) == "abbbc")
        #expect(try Set(Folder(path: folder.path).names()) == ["file", "link"])
    }

    @Test("A file keeps its permissions", arguments: [0o600, 0o640, 0o644, 0o444, 0o755] as [mode_t])
    func permissions(mode: mode_t) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("old", to: "file")
        try #require(chmod(path, mode) == 0)
        try LocalFiles().replace(path, with: Array("new".utf8))
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == mode)
        #expect(try text(path) == "new")
    }

    @Test("A file keeps its owner and its group", .enabled(if: geteuid() == 0, "only root may give files away"))
    func owner() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("old", to: "file")
        try #require(chown(path, 1, 2) == 0 && chmod(path, 0o4750) == 0)
        try LocalFiles().replace(path, with: Array("new".utf8))
        var status = stat()
        #expect(stat(path, &status) == 0 && (status.st_uid, status.st_gid) == (1, 2))
        #expect(status.st_mode & 0o7777 == 0o4750)
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
