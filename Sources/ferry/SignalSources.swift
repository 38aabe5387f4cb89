import Dispatch
import Glibc
import Synchronization

/// Calls a function, outside of any signal handler, when the process gets SIGINT or SIGTERM.
final class SignalSources: Sendable {
    private static let numbers = [SIGINT, SIGTERM]
    private let sources: Mutex<[any DispatchSourceSignal]>

    /// Watches until ``cancel()``.
    init(_ handler: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "ferry.signals")
        var sources: [any DispatchSourceSignal] = []
        for number in Self.numbers {
            // The signal's default must not end the process before the source sees it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: handler)
            source.resume()
            sources.append(source)
        }
        self.sources = Mutex(sources)
    }

    /// Gives the signals their defaults again.
    func cancel() {
        sources.withLock { sources in
            for source in sources { source.cancel() }
            sources = []
        }
        for number in Self.numbers { signal(number, SIG_DFL) }
    }
}
