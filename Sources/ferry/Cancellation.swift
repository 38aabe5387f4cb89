import FlowControl
import Operations

/// Whether a person has asked, by Ctrl-C or SIGTERM, that long work on images ends.
final class Cancellation: CancellationCheck {
    /// What the work ends with.
    struct Requested: Error {}

    private let flag = CancellationFlag()
    private let signals: SignalSources

    /// Watches for signals from now on.
    init() {
        signals = SignalSources { [flag] in flag.set() }
    }

    /// Throws once it was asked for.
    func check() throws(Requested) {
        if flag.isSet { throw Requested() }
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
