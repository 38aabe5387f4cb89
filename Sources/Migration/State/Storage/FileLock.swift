import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

/// A lock on a state in a file beside it.
///
/// It is an advisory lock of the kernel (`flock`), which the kernel releases when its holder dies, however it dies: a crash
/// leaves nothing to be unlocked by hand. The file's content says who holds it. On a network file system whose locks do not
/// reach other machines, that content is what protects: its holder renews it every ``heartbeat``, and another machine takes
/// the lock over only when it has not been renewed for ``patience``.
final class FileLock: StateLock {
    /// How often a holder shows that it is alive, in seconds.
    static let heartbeat = 10
    /// How long a holder on another machine may be silent, in seconds: a dozen missed heartbeats are no slow disk.
    static let patience: Int64 = 120

    private struct Holding {
        var owner: LockOwner
        var timer: (any DispatchSourceTimer)?
    }

    private let descriptor: Int32
    private let path: String
    private let holding: Mutex<Holding>

    private init(descriptor: Int32, path: String, owner: LockOwner) {
        self.descriptor = descriptor
        self.path = path
        holding = Mutex(Holding(owner: owner))
    }

    deinit {
        release()
        close(descriptor)
    }

    /// Takes the lock at once or not at all.
    static func take(path: String, command: String) throws(StateError) -> FileLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed(path: path, "create the lock") }
        let lock = FileLock(descriptor: descriptor, path: path, owner: .present(command: command))
        try lock.take()
        return lock
    }

    /// Who holds the lock, as far as its file says; `nil` if nobody does.
    static func owner(path: String) -> LockOwner? {
        guard let bytes = try? LocalStorage().read(path), !bytes.isEmpty else { return nil }
        return try? JSONDecoder().decode(LockOwner.self, from: Data(bytes))
    }

    /// Frees a lock that the kernel sees nobody hold, whatever its file says, and tells whom it named.
    static func free(path: String) throws(StateError) -> LockOwner? {
        guard let owner = owner(path: path) else { return nil }
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed(path: path, "open the lock") }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .failed(path: path, "lock") }
            throw .locked(path: path, owner: owner.description)
        }
        guard ftruncate(descriptor, 0) == 0 else { throw .failed(path: path, "free the lock") }
        return owner
    }

    func release() {
        holding.withLock { holding in
            guard let timer = holding.timer else { return }
            timer.cancel()
            holding.timer = nil
            // The file stays: removing it would let two holders lock two files of the same name.
            ftruncate(descriptor, 0)
            flock(descriptor, LOCK_UN)
        }
    }

    private func take() throws(StateError) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .failed(path: path, "lock") }
            throw .locked(path: path, owner: Self.owner(path: path)?.description ?? "another ferry")
        }
        // The kernel lets this machine have the lock: an owner of this machine is dead. One elsewhere may be out of the
        // kernel's sight.
        let present = holding.withLock(\.owner)
        if let other = Self.owner(path: path), !other.isOfThisMachine, present.since - other.seen <= Self.patience {
            flock(descriptor, LOCK_UN)
            throw .locked(path: path, owner: other.description)
        }
        try write(present)
        holding.withLock { holding in
            let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "ferry.state.lock"))
            timer.setEventHandler { [weak self] in self?.beat() }
            timer.schedule(deadline: .now() + .seconds(Self.heartbeat), repeating: .seconds(Self.heartbeat))
            timer.resume()
            holding.timer = timer
        }
    }

    private func beat() {
        holding.withLock { holding in
            guard holding.timer != nil else { return }
            holding.owner.seen = Int64(Date.now.timeIntervalSince1970)
            // A heartbeat that cannot be written is missed; the kernel's lock holds.
            try? write(holding.owner)
        }
    }

    private func write(_ owner: LockOwner) throws(StateError) {
        guard let text = try? JSONEncoder().encode(owner) else {
            throw .system(path: path, operation: "write the lock", reason: "its owner cannot be encoded")
        }
        let count = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == text.count, ftruncate(descriptor, off_t(count)) == 0 else {
            throw .failed(path: path, "write the lock")
        }
    }
}
