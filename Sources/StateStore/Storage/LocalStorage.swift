import DiskImages
import FileSystem
import Glibc

/// The file system of this machine.
package struct LocalStorage: StateStorage {
    private let pulse: LockPulse

    /// The file system; there is only one.
    ///
    /// - Parameter pulse: How the holder of a lock shows that it is alive.
    package init(pulse: LockPulse = LockPulse()) {
        self.pulse = pulse
    }

    package func perform<Success: Sendable>(
        _ body: @Sendable () throws(StateError) -> Success
    ) async throws(StateError) -> Success {
        try await BlockingExecutor.shared.run(body)
    }

    package func read(_ path: String) throws(StateError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .failed(path: path, "open")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .failed(path: path, "read") }
        // A file is read in one go, and what has no length, such as a pipe, in pieces.
        var bytes = try Self.read(descriptor, atMost: max(0, Int(status.st_size)), path: path)
        while case let piece = try Self.read(descriptor, atMost: 1 << 16, path: path), !piece.isEmpty { bytes += piece }
        return bytes
    }

    /// Reads so many bytes, or fewer at the end.
    private static func read(_ descriptor: Int32, atMost most: Int, path: String) throws(StateError) -> [UInt8] {
        var failure: StateError?
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            while count < most {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let length = Glibc.read(descriptor, rest.baseAddress, rest.count)
                if length == 0 { return }
                if length < 0 {
                    if errno == EINTR { continue }
                    failure = .failed(path: path, "read")
                    return
                }
                count += length
            }
        }
        if let failure { throw failure }
        return bytes
    }

    package func write(_ bytes: [UInt8], to path: String) throws(StateError) {
        // Always a new file: one that a crash left may have another name too, whose content must stay as it is.
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed(path: path, "create") }
        let file = FileAppender(descriptor: descriptor, path: path)
        try file.append(bytes)
    }

    package func appender(to path: String) throws(StateError) -> any StateAppender {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed(path: path, "open") }
        return FileAppender(descriptor: descriptor, path: path)
    }

    package func rename(_ path: String, to target: String) throws(StateError) {
        guard Glibc.rename(path, target) == 0 else { throw .failed(path: path, "rename to \(target)") }
    }

    package func link(_ path: String, to other: String) throws(StateError) {
        // Under another name first: the name that is to be replaced is never missing.
        let next = other + ".next"
        unlink(next)
        guard Glibc.link(path, next) == 0 else {
            if errno == ENOENT { return }
            throw .failed(path: path, "keep a copy as \(other)")
        }
        try rename(next, to: other)
    }

    package func remove(_ path: String) throws(StateError) {
        guard unlink(path) == 0 else { throw .failed(path: path, "remove") }
    }

    package func synchroniseFolder(of path: String) throws(StateError) {
        let folder = Self.folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed(path: folder, "open") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .failed(path: folder, "write") }
    }

    package func lock(_ path: String, command: String) throws(StateError) -> any StateLock {
        try FileLock.take(path: path, command: command, pulse: pulse)
    }

    /// The folder a path is in; `.` for a bare name.
    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// An open file; it owns the descriptor.
private final class FileAppender: StateAppender {
    private let descriptor: Int32
    private let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        close(descriptor)
    }

    func append(_ bytes: [UInt8]) throws(StateError) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .failed(path: path, "write")
            }
            done += count
        }
        guard fdatasync(descriptor) == 0 else { throw .failed(path: path, "write") }
    }
}

extension StateError {
    /// A system call that failed, in the words of `errno`.
    static func failed(path: String, _ operation: String) -> StateError {
        .system(path: path, operation: operation, reason: String(cString: strerror(errno)))
    }
}
