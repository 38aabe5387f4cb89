import Glibc

/// The sole right to a data folder, held as long as this object lives.
///
/// The kernel releases a `flock` when its holder ends, however it ends: no lock is left behind by a crash.
final class DataDirectoryLock: Sendable {
    private let descriptor: Int32

    /// Takes the folder.
    ///
    /// - Throws: ``SandboxError/dataDirectoryInUse(path:holder:)`` when another sandbox has it.
    init(_ directory: DataDirectory) throws {
        let path = directory.lock
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError.system("open", path: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            defer { close(descriptor) }
            guard code == EWOULDBLOCK else { throw StorageError("lock", path: path, reason: .system(code)) }
            throw SandboxError.dataDirectoryInUse(path: directory.path, holder: Self.holder(descriptor))
        }
        self.descriptor = descriptor
        let text = Array("process \(getpid()), since \(Timestamp.now.iso8601)".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            throw StorageError.system("write", path: path)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Gives the folder free before this object goes.
    func release() {
        flock(descriptor, LOCK_UN)
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : "a process that has not said which"
    }
}
