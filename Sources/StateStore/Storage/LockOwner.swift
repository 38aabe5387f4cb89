import FoundationEssentials
import Glibc
import WireEncoding

/// Who holds a lock: what the lock file says.
struct LockOwner: Codable, Hashable, Sendable {
    /// Names this holding of the lock, as nothing else does (a UUID); earlier versions of ferry wrote none.
    var id: String?
    /// The name of the machine.
    var host: String
    /// What the kernel calls the time since the machine was started (`/proc/sys/kernel/random/boot_id`).
    var boot: String?
    /// The process on that machine.
    var process: Int32
    /// What the process was told to do.
    var command: String
    /// When it took the lock, in seconds since 1970.
    var since: Int64
    /// When it last showed that it is alive, in seconds since 1970.
    var seen: Int64

    /// This process, at a time in seconds since 1970.
    static func present(command: String, at now: Int64) -> LockOwner {
        let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return LockOwner(
            id: UUID().uuidString.lowercased(),
            host: ProcessInfo.processInfo.hostName,
            boot: boot.map { String($0.prefix { !$0.isNewline }) },
            process: getpid(),
            command: command,
            since: now,
            seen: now
        )
    }

    /// Whether the owner is a process of this machine since it was started.
    var isOfThisMachine: Bool {
        let present = Self.present(command: "", at: 0)
        return host == present.host && boot == present.boot
    }
}

extension LockOwner: CustomStringConvertible {
    var description: String {
        // The file is another program's: its numbers may be any.
        let times = [since, seen].map { ISO8601Time.text($0) }
        return "“\(command)”, process \(process) on \(host), since \(times[0]), last seen alive at \(times[1])"
    }
}
