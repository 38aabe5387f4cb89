import Synchronization

/// Whether a person has asked, by Ctrl-C or SIGTERM, that long work on images ends.
final class Cancellation: Sendable {
    /// What the work ends with.
    struct Requested: Error {}

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    private let flag: Flag
    private let signals: SignalSources

    /// Watches for signals from now on.
    init() {
        let flag = Flag()
        self.flag = flag
        signals = SignalSources { flag.isSet.store(true, ordering: .relaxed) }
    }

    /// Throws once it was asked for.
    func check() throws(Requested) {
        if flag.isSet.load(ordering: .relaxed) { throw Requested() }
    }

    /// Throws once it was asked for, beside work that waits for something else and cannot look.
    func wait() async throws -> Never {
        while true {
            try check()
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Gives the signals their usual effect again.
    func end() {
        signals.cancel()
    }
}
