import Glibc
import TestSupport
import Testing

@testable import FileSystem

@Suite("File contents")
struct FileContentsTests {
    @Test("A file of up to the limit is read, a longer file is rejected")
    func limit() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("file")
        let bytes = [UInt8](repeating: 7, count: 100_000)
        try LocalFiles().write(bytes, to: path)
        #expect(try FileContents(path: path).bytes == bytes)
        #expect(try FileContents(path: path, limit: 100_000).bytes == bytes)
        #expect(throws: FileContents.Failure.tooLarge(100_000)) { try FileContents(path: path, limit: 99_999) }
    }

    @Test("A missing file is told from a file that cannot be read")
    func absence() throws {
        let folder = try TemporaryDirectory()
        let missing = #expect(throws: FileContents.Failure.self) { try FileContents(path: folder.path("missing")) }
        #expect(missing?.isAbsence == true)
        let directory = #expect(throws: FileContents.Failure.self) { try FileContents(path: folder.path) }
        #expect(directory == .system(FileError(path: folder.path, call: "read", code: EISDIR)))
    }

    @Test("A folder, a pipe and a link are rejected where a regular file is required")
    func kinds() throws {
        let folder = try TemporaryDirectory()
        let (pipe, file, link) = (folder.path("pipe"), folder.path("file"), folder.path("link"))
        #expect(mkfifo(pipe, 0o600) == 0)
        try LocalFiles().write([1], to: file)
        #expect(symlink(file, link) == 0)
        for path in [folder.path, pipe] {
            #expect(throws: FileContents.Failure.notRegular) { try FileContents(path: path, kind: .regular) }
        }
        #expect(try FileContents(path: link, kind: .regular).bytes == [1])
        #expect(throws: FileContents.Failure.system(FileError(path: link, call: "open", code: ELOOP))) {
            try FileContents(path: link, kind: .regularWithoutLinks)
        }
    }

    @Test("A pipe is read to its end")
    func pipe() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let text = [UInt8](repeating: 9, count: 200_000)
        async let written: Void = BlockingExecutor.shared.run { try OpenFile(path, .append).append(text) }
        let bytes = try await BlockingExecutor.shared.run { try FileContents(path: path).bytes }
        try await written
        #expect(bytes == text)
    }
}
