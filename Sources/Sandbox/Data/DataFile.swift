import FileSystem
import Glibc

/// An open file of the data folder, closed when the last reference goes.
///
/// All calls block: run them on the disk's threads.
final class DataFile: Sendable {
    /// Bytes copied at a time.
    private static let copyChunk: Int64 = 1 << 20

    private let file: OpenFile

    /// The path it was opened by.
    var path: String { file.path }

    /// Opens an existing file for reading.
    init(reading path: String) throws(StorageError) {
        file = try StorageError.catching("open") { () throws(FileError) in try OpenFile(path, .read()) }
    }

    /// Makes a file that must not exist yet, for reading and writing.
    init(creating path: String) throws(StorageError) {
        file = try StorageError.catching("create") { () throws(FileError) in
            try OpenFile(path, .create(permissions: 0o600))
        }
    }

    /// Reads exactly `count` bytes from `offset` (bytes from the start of the file).
    func read(at offset: Int64, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            initialized = try StorageError.catching("read") { () throws(FileError) in
                try file.read(at: offset, into: bytes)
            }
            guard initialized == count else { throw StorageError("read", path: path, reason: .truncated) }
        }
    }

    /// Writes all of `bytes` at `offset` (bytes from the start of the file).
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        try StorageError.catching("write") { () throws(FileError) in try file.write(bytes, at: offset) }
    }

    /// Writes `bytes` at `offset`, unless they are all zero and `skipsZeros` says that the file reads as zero there.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64, skipsZeros: Bool) throws {
        if skipsZeros, let first = bytes.baseAddress, bytes[0] == 0, memcmp(first, first + 1, bytes.count - 1) == 0 {
            return
        }
        try write(bytes, at: offset)
    }

    /// Sets the length, in bytes; what is new reads as zero and takes no room.
    func truncate(to length: Int64) throws {
        try StorageError.catching("resize") { () throws(FileError) in try file.resize(to: length) }
    }

    /// Copies `count` bytes of `source` from its start to `offset` of this file.
    func append(_ source: DataFile, count: Int64, at offset: Int64) throws {
        var done: Int64 = 0
        while done < count {
            let bytes = try source.read(at: done, count: Int(min(count - done, Self.copyChunk)))
            try bytes.withUnsafeBytes { try write($0, at: offset + done) }
            done += Int64(bytes.count)
        }
    }
}
