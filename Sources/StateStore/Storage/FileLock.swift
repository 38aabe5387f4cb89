import Dispatch
import FileSystem
import FoundationEssentials
import Glibc
import Synchronization

/// A lock on a state in a file beside it.
///
/// It is an advisory lock of the kernel (`flock`), which the kernel releases when its holder dies, however it dies: a crash
/// leaves nothing to be unlocked by hand. The file's content says who holds it. On a network file system whose locks do not
/// reach other machines, that content is what protects: its holder renews it at every heartbeat, and another machine takes
/// the lock over only when it has seen no renewal for some heartbeats, names itself, and is still named a heartbeat later: of
/// several that saw the same, the last wins. A holder that finds somebody else named has lost the lock for good. The times
/// in it are those of another machine's clock, which may be wrong and may be set while the lock is held: they only tell when
/// it is worth while to look.
final class FileLock: StateLock {
    /// How long a holder on another machine may be silent before somebody looks whether it still is, in seconds: a dozen
    /// missed heartbeats are no slow disk.
    static let longestSilence: UInt64 = 120
    /// For how many heartbeats somebody looks. The file must not change meanwhile.
    private static let silentBeats = 3
    /// How often a file that cannot be understood is looked at again, and how many microseconds lie between.
    private static let looks = 5
    private static let timeBetweenLooks: UInt32 = 20_000

    /// The length of the file, in bytes: more than an entry has.
    private static let usualLength = 512

    private struct Holding {
        var owner: LockOwner
        var timer: (any DispatchSourceTimer)?
        /// What was last written into the file.
        var written: [UInt8]?
        /// Who has taken the lock over, in words.
        var successor: String?
    }

    private let file: OpenFile
    private let pulse: LockPulse
    private let holding: Mutex<Holding>

    private var path: String { file.path }

    private init(file: OpenFile, command: String, pulse: LockPulse) {
        self.file = file
        self.pulse = pulse
        holding = Mutex(Holding(owner: .present(command: command, at: pulse.now())))
    }

    deinit {
        release()
    }

    /// Takes the lock at once or not at all; after some heartbeats where a holder on another machine seems to be dead.
    static func take(path: String, command: String, pulse: LockPulse) throws(StateError) -> FileLock {
        let file = try StateError.catching({ _ in "create the lock" }) { () throws(FileError) in
            try OpenFile(path, .updateOrCreate(permissions: 0o600))
        }
        let lock = FileLock(file: file, command: command, pulse: pulse)
        try lock.take()
        return lock
    }

    /// What the lock's file says.
    ///
    /// - Throws: ``StateError`` if it cannot be read. That is no sign that nobody holds the lock.
    private static func entry(path: String) throws(StateError) -> LockEntry {
        var entry = LockEntry(try LocalStorage().read(path))
        // Another ferry may be writing it just now.
        for _ in 0..<looks {
            guard case .unknown = entry else { break }
            usleep(timeBetweenLooks)
            entry = LockEntry(try LocalStorage().read(path))
        }
        return entry
    }

    /// Frees a lock that the kernel sees nobody hold, whatever its file says.
    ///
    /// - Returns: Who held it, in words; `nil` if nobody did.
    static func free(path: String) throws(StateError) -> String? {
        guard let owner = try entry(path: path).holder else { return nil }
        let isFree = try StateError.catching(
            { ["open": "open the lock", "flock": "lock"][$0.call] ?? "free the lock" },
            { () throws(FileError) in
                let file = try OpenFile(path, .update)
                guard try file.tryLock() else { return false }
                try file.resize(to: 0)
                return true
            }
        )
        guard isFree else { throw .locked(path: path, owner: owner) }
        return owner
    }

    func release() {
        holding.withLock { holding in
            guard let timer = holding.timer else { return }
            timer.cancel()
            holding.timer = nil
            // The file stays: removing it would let two holders lock two files of the same name.
            if (try? verify(&holding)) != nil { try? file.resize(to: 0) }
            file.unlock()
        }
    }

    private func take() throws(StateError) {
        guard try StateError.catching({ _ in "lock" }, { () throws(FileError) in try file.tryLock() }) else {
            let entry = try? Self.entry(path: path)
            throw .locked(path: path, owner: entry?.holder ?? "another ferry")
        }
        // The kernel lets this machine have the lock: an owner of this machine is dead. One elsewhere may be out of the
        // kernel's sight, and one that cannot be told may be elsewhere.
        var isTakenOver = false
        switch try Self.entry(path: path) {
        case .nobody: break
        case .owner(let other):
            isTakenOver = !other.isOfThisMachine
            if isTakenOver, try isAlive(other) { throw .locked(path: path, owner: other.description) }
        case .unknown:
            throw .locked(path: path, owner: LockEntry.unknownHolder)
        }
        // Looking may have taken a while.
        let present = holding.withLock { holding in
            holding.owner.since = pulse.now()
            holding.owner.seen = holding.owner.since
            return holding.owner
        }
        let written = try write(present)
        // Others may have seen the same silence.
        if isTakenOver { usleep(UInt32(pulse.seconds * 1_000_000)) }
        let entry = try Self.entry(path: path)
        guard entry.names(present) else { throw .locked(path: path, owner: entry.holder ?? "another ferry") }
        holding.withLock { holding in
            holding.written = written
            let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "ferry.state.lock"))
            timer.setEventHandler { [weak self] in self?.beat() }
            timer.schedule(deadline: .now() + pulse.seconds, repeating: pulse.seconds)
            timer.resume()
            holding.timer = timer
        }
    }

    /// Whether a holder on another machine shows that it is alive.
    private func isAlive(_ other: LockOwner) throws(StateError) -> Bool {
        let (silence, overflow) = pulse.now().subtractingReportingOverflow(other.seen)
        // A time that is far ahead tells as little as one that is long past: one of the clocks is wrong.
        guard overflow || silence.magnitude > Self.longestSilence else { return true }
        // The time of this wait is the kernel's, which nobody sets.
        usleep(UInt32(pulse.seconds * 1_000_000) * UInt32(Self.silentBeats))
        return switch try Self.entry(path: path) {
        case .nobody: false
        case .owner(let present): present != other
        case .unknown: true
        }
    }

    func check() throws(StateError) {
        try holding.withLock { (holding) throws(StateError) in try verify(&holding) }
    }

    /// Makes sure that the file names this holder.
    private func verify(_ holding: inout Holding) throws(StateError) {
        if holding.successor == nil {
            // Every group of events asks.
            if let written = holding.written, try LocalStorage().read(path) == written { return }
            let entry = try Self.entry(path: path)
            if entry.names(holding.owner) { return }
            // Who took it over may have given it back.
            holding.successor = entry.holder ?? "another ferry, which has ended since, or freed by hand"
        }
        throw .lost(path: path, owner: holding.successor ?? "another ferry")
    }

    private func beat() {
        holding.withLock { holding in
            // Where the file cannot be read, or names somebody else, nothing is written.
            guard holding.timer != nil, (try? verify(&holding)) != nil else { return }
            // Each beat is later than the one before, though the clock was set back: others look for a change.
            holding.owner.seen = max(holding.owner.seen + 1, pulse.now())
            // A heartbeat that cannot be written is missed; the kernel's lock holds.
            if let written = try? write(holding.owner) { holding.written = written }
        }
    }

    /// Names an owner in the file, and gives back what is in it then.
    private func write(_ owner: LockOwner) throws(StateError) -> [UInt8] {
        guard let text = try? JSONEncoder().encode(owner) else {
            throw .system(path: path, operation: "write the lock", reason: "its owner cannot be encoded")
        }
        return try StateError.catching({ _ in "write the lock" }) { () throws(FileError) in
            // One write over all that is there: a crash leaves no half of an entry.
            let length = max(text.count, Int(try file.status().st_size), Self.usualLength)
            let bytes = Array(text) + repeatElement(UInt8(ascii: " "), count: length - text.count)
            try file.overwrite(bytes)
            return bytes
        }
    }
}
