import Dispatch
import Execution
import Glibc
import Synchronization

/// Turns the first Ctrl-C (or SIGTERM) into a request to stop, and the second into the end of the process.
final class Interruption: Sendable {
    private let signals: SignalSources

    /// Watches for signals.
    ///
    /// - Parameters:
    ///   - stop: What is asked to stop.
    ///   - announce: Says so to the person who asked.
    init(stop: StopSignal, announce: @escaping @Sendable () -> Void) {
        signals = SignalSources {
            // The journal has every step that was taken: nothing is lost by leaving at once.
            if stop.isRequested { _exit(130) }
            stop.request()
            announce()
        }
    }

    /// Gives the signals their usual effect again.
    func end() {
        signals.cancel()
    }
}
