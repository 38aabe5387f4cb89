import FoundationEssentials
import Glibc

/// The right to write a state, held by one process at a time.
///
/// It is an advisory lock of the kernel on a file beside the state. The kernel releases it when its holder dies, however
/// it dies, so a crash leaves nothing to be unlocked by hand; the file's content is only there to tell others who holds
/// it.
struct StateLock: ~Copyable {
    /// Who holds a lock.
    struct Owner: Codable {
        var host: String
        var process: Int32
        var command: String
        var since: String
    }

    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Takes the lock at once or not at all.
    static func take(path: String, command: String) throws(StateError) -> StateLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .system(path: path, operation: "create the lock", reason: FileBytes.reason())
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno == EWOULDBLOCK ? nil : FileBytes.reason()
            close(descriptor)
            if let reason { throw .system(path: path, operation: "lock", reason: reason) }
            throw .locked(path: path, owner: Self.owner(path: path))
        }
        let lock = StateLock(descriptor: descriptor)
        let owner = Owner(
            host: ProcessInfo.processInfo.hostName,
            process: getpid(),
            command: command,
            since: Date.now.formatted(.iso8601)
        )
        guard ftruncate(descriptor, 0) == 0, let text = try? JSONEncoder().encode(owner) else {
            throw .system(path: path, operation: "write the lock", reason: FileBytes.reason())
        }
        try FileBytes.append(Array(text), to: descriptor, path: path)
        return lock
    }

    deinit {
        // The file stays: removing it would let two holders lock two files of the same name.
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    private static func owner(path: String) -> String {
        guard
            let bytes = try? FileBytes.read(path: path),
            let owner = try? JSONDecoder().decode(Owner.self, from: Data(bytes))
        else { return "another ferry" }
        return "“\(owner.command)”, process \(owner.process) on \(owner.host), since \(owner.since)"
    }
}
