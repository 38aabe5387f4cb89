import Glibc

/// An open file, closed when the last reference goes.
///
/// All calls block: run them on the disk's threads.
final class OpenFile: Sendable {
    /// The path it was opened by.
    let path: String
    /// Bytes copied at a time.
    private static let copyChunk: Int64 = 1 << 20

    private let descriptor: Int32

    /// Opens an existing file for reading.
    convenience init(reading path: String) throws {
        try self.init(path: path, flags: O_RDONLY | O_CLOEXEC, operation: "open")
    }

    /// Makes a file that must not exist yet, for reading and writing.
    convenience init(creating path: String) throws {
        try self.init(path: path, flags: O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, operation: "create")
    }

    private init(path: String, flags: Int32, operation: String) throws {
        let descriptor = Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else { throw StorageError.system(operation, path: path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Reads exactly `count` bytes from `offset` (bytes from the start of the file).
    func read(at offset: Int64, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...]
                )
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(initialized))
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw StorageError.system("read", path: path) }
                guard got > 0 else { throw StorageError("read", path: path, reason: .truncated) }
                initialized += got
            }
        }
    }

    /// Writes all of `bytes` at `offset` (bytes from the start of the file).
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StorageError.system("write", path: path) }
            written += count
        }
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
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw StorageError.system("resize", path: path) }
    }

    /// Copies `count` bytes of `source` from its start to `offset` of this file.
    func append(_ source: OpenFile, count: Int64, at offset: Int64) throws {
        var done: Int64 = 0
        while done < count {
            let bytes = try source.read(at: done, count: Int(min(count - done, Self.copyChunk)))
            try bytes.withUnsafeBytes { try write($0, at: offset + done) }
            done += Int64(bytes.count)
        }
    }
}
