import FoundationEssentials

/// Time and chance as a client sees them, so that a test can have its own.
package struct RetryTime: Sendable {
    /// The present by this machine's clock, in seconds since 1970.
    package var now: @Sendable () -> Int64
    /// Seconds since some moment, by a clock that nobody sets.
    package var elapsed: @Sendable () -> Double
    /// Waits; ends early with an error if the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// A random number from 0 to 1.
    package var jitter: @Sendable () -> Double

    /// Replaces time and chance.
    package init(
        now: @escaping @Sendable () -> Int64,
        elapsed: (@Sendable () -> Double)? = nil,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.elapsed = elapsed ?? { Double(now()) }
        self.sleep = sleep
        self.jitter = jitter
    }

    private static let start = ContinuousClock.now

    /// The machine's.
    package static let system = RetryTime(
        now: { Int64(Date.now.timeIntervalSince1970) },
        elapsed: {
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            return Double(seconds) + Double(attoseconds) * 1e-18
        },
        sleep: { try await Task.sleep(for: $0) },
        jitter: { .random(in: 0...1) }
    )
}
