import FoundationEssentials

/// How the holder of a lock shows that it is alive.
package struct LockPulse: Sendable {
    /// The time from one heartbeat to the next, in seconds.
    package var seconds: Double
    /// Tells the time in seconds since 1970. It may be set at any moment, and differs from machine to machine.
    package var now: @Sendable () -> Int64

    /// Chooses the interval and the clock.
    package init(
        seconds: Double = 10,
        now: @escaping @Sendable () -> Int64 = { Int64(Date.now.timeIntervalSince1970) }
    ) {
        self.seconds = seconds
        self.now = now
    }
}
