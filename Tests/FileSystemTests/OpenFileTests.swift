import Glibc
import TestSupport
import Testing

@testable import FileSystem

@Suite("Open file")
struct OpenFileTests {
    @Test("A file is created exclusively")
    func creation() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("file")
        let file = try OpenFile(path, .create(permissions: 0o600))
        #expect(throws: FileError(path: path, call: "open", code: EEXIST)) {
            try OpenFile(path, .create(permissions: 0o600))
        }
        try file.resize(to: 4)
        try [UInt8](arrayLiteral: 1, 2).withUnsafeBytes { try file.write($0, at: 1) }
        #expect(try FileContents(path: path).bytes == [0, 1, 2, 0])
    }

    @Test("A lock excludes other open files until it is released or its file is closed")
    func lock() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("lock")
        var first: OpenFile? = try OpenFile(path, .updateOrCreate(permissions: 0o600))
        let second = try OpenFile(path, .update)
        #expect(try first?.tryLock() == true)
        #expect(try !second.tryLock())
        first?.unlock()
        #expect(try second.tryLock())
        second.unlock()
        #expect(try first?.tryLock() == true)
        first = nil
        #expect(try second.tryLock())
    }

    @Test("Reading stops at the end of the file")
    func end() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("file")
        try LocalFiles().write([1, 2, 3], to: path)
        var bytes = [UInt8](repeating: 0, count: 8)
        let file = try OpenFile(path, .read())
        let count = try bytes.withUnsafeMutableBytes { try file.read(at: 1, into: $0) }
        #expect(count == 2 && bytes.starts(with: [2, 3]))
    }
}
