package import Glibc
import Synchronization
import SystemPackage

/// An open file. It closes when the last reference is gone. Its calls block.
package final class OpenFile: Sendable {
    /// How a file is opened. No file stays open in a child process.
    package enum Mode: Sendable {
        /// An existing file for reading. Without `isBlocking`, opening a pipe without a writer does not wait for one.
        case read(isBlocking: Bool = true, followsLinks: Bool = true)
        /// An existing file for writing at its end.
        case append
        /// An existing file for reading and writing.
        case update
        /// A new file for reading and writing. A file of this name is an error.
        case create(permissions: UInt32)
        /// A file for reading and writing that is created if it does not exist.
        case updateOrCreate(permissions: UInt32)
        /// The temporary file of a writer: created if it does not exist, never opened through a link.
        case partial
        /// An existing device or pipe for writing. Opening a pipe waits for a reader.
        case device

        fileprivate var parameters: (FileDescriptor.AccessMode, FileDescriptor.OpenOptions, UInt32) {
            switch self {
            case .read(let isBlocking, let followsLinks):
                var options: FileDescriptor.OpenOptions =
                    isBlocking ? [] : [.nonBlocking, FileDescriptor.OpenOptions(rawValue: O_NOCTTY)]
                if !followsLinks { options.insert(.noFollow) }
                return (.readOnly, options, 0)
            case .append: return (.writeOnly, .append, 0)
            case .update: return (.readWrite, [], 0)
            case .create(let permissions): return (.readWrite, [.create, .exclusiveCreate], permissions)
            case .updateOrCreate(let permissions): return (.readWrite, .create, permissions)
            case .partial: return (.writeOnly, [.create, .noFollow, .nonBlocking], 0o666)
            case .device: return (.writeOnly, FileDescriptor.OpenOptions(rawValue: O_NOCTTY), 0)
            }
        }
    }

    /// The path it was opened by.
    package let path: String

    private let descriptor: FileDescriptor
    private let isClosed = Atomic(false)

    /// Opens a file.
    package init(_ path: String, _ mode: Mode) throws(FileError) {
        let (access, options, permissions) = mode.parameters
        self.path = path
        descriptor = try FileError.catching("open", path) {
            try FileDescriptor.open(
                FilePath(text: path),
                access,
                options: options.union(.closeOnExec),
                permissions: FilePermissions(rawValue: permissions)
            )
        }
    }

    /// Opens the open file of a descriptor of this process a second time. Both share one position.
    init(duplicating other: Int32, path: String) throws(FileError) {
        self.path = path
        let copy = fcntl(other, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw FileError(path: path, call: "open", code: errno) }
        descriptor = FileDescriptor(rawValue: copy)
    }

    deinit {
        try? close()
    }

    /// Closes the file and reports a write that failed late. No other call may follow.
    package func close() throws(FileError) {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        try FileError.catching("close", path) { try descriptor.close() }
    }

    /// The file's status.
    package func status() throws(FileError) -> stat {
        var status = stat()
        try FileError.checking("fstat", path) { fstat(descriptor.rawValue, &status) }
        return status
    }

    /// Reads from the current position until the buffer is full or the file ends, and returns the number of bytes.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        var count = 0
        while count < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let length = try FileError.catching("read", path) { try descriptor.read(into: rest) }
            if length == 0 { break }
            count += length
        }
        return count
    }

    /// Reads from `offset`, in bytes, until the buffer is full or the file ends, and returns the number of bytes.
    package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        var count = 0
        while count < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let length = try FileError.catching("pread", path, offset: offset + Int64(count)) {
                try descriptor.read(fromAbsoluteOffset: offset + Int64(count), into: rest)
            }
            if length == 0 { break }
            count += length
        }
        return count
    }

    /// Writes all bytes at the current position, or at the end of a file opened for appending.
    package func append(_ bytes: [UInt8]) throws(FileError) {
        _ = try FileError.catching("write", path) { try descriptor.writeAll(bytes) }
    }

    /// Writes all bytes at `offset`, in bytes.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            done += try FileError.catching("pwrite", path, offset: offset + Int64(done)) {
                try descriptor.write(toAbsoluteOffset: offset + Int64(done), rest)
            }
        }
    }

    /// Writes bytes at the start of the file in a single call, so that a crash leaves all or none of a small record.
    package func overwrite(_ bytes: [UInt8]) throws(FileError) {
        let count = try FileError.catching("pwrite", path) {
            try bytes.withUnsafeBytes { try descriptor.write(toAbsoluteOffset: 0, $0) }
        }
        guard count == bytes.count else { throw FileError(path: path, call: "pwrite", code: ENOSPC) }
    }

    /// Sets the length in bytes. Bytes beyond the old end read as zero and occupy no space.
    package func resize(to byteCount: Int64) throws(FileError) {
        try FileError.catching("ftruncate", path) { try descriptor.resize(to: byteCount) }
    }

    /// Changes the owner and the group; the highest value leaves one as it is. Returns whether the process may do so.
    func change(owner: uid_t, group: gid_t) -> Bool { fchown(descriptor.rawValue, owner, group) == 0 }

    /// Changes the permissions.
    func change(permissions: UInt32) throws(FileError) {
        try FileError.checking("chmod", path) { fchmod(descriptor.rawValue, permissions) }
    }

    /// Makes the content and the length durable.
    package func synchronizeContent() throws(FileError) {
        try FileError.checking("fdatasync", path) { fdatasync(descriptor.rawValue) }
    }

    /// Tries to acquire the file's advisory lock (`flock`) without waiting, and returns whether it did.
    ///
    /// The kernel releases the lock when the file is closed, also after a crash.
    package func tryLock() throws(FileError) -> Bool {
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            guard code == EWOULDBLOCK else { throw FileError(path: path, call: "flock", code: code) }
            return false
        }
        return true
    }

    /// Releases the advisory lock.
    package func unlock() {
        flock(descriptor.rawValue, LOCK_UN)
    }
}
