import FlowControl

/// A token bucket of bytes, filled at a constant rate. A value without a clock: every moment is given.
///
/// Bytes that have come already cannot be refused, so it may owe some; nothing is granted before they are paid back.
package struct BandwidthBucket {
    /// How much may be saved up, as a share of what flows in a second: short enough that the network sees a steady stream,
    /// long enough that a wait is longer than a clock's tick.
    private static let share = 0.05
    /// The least that is granted: less than some segments of TCP would waste packets.
    private static let leastGrant = 16 << 10

    private var bucket: TokenBucket
    private var last: ContinuousClock.Instant

    /// Starts full.
    ///
    /// - Parameter rate: Bytes a second, at least 1.
    package init(rate: Int64, at now: ContinuousClock.Instant) {
        let rate = Double(max(1, rate))
        bucket = TokenBucket(rate: rate, capacity: max(Double(Self.leastGrant), rate * Self.share))
        last = now
    }

    /// How many of the bytes wanted may be sent now; 0 if none may.
    package mutating func grant(_ wanted: Int, at now: ContinuousClock.Instant) -> Int {
        refill(at: now)
        guard bucket.tokens > 0 else { return 0 }
        let granted = min(wanted, max(Int(bucket.tokens), Self.leastGrant))
        bucket.borrow(Double(granted))
        return granted
    }

    /// Whether bytes that are there already may be taken; then all of them are.
    package mutating func accept(_ count: Int, at now: ContinuousClock.Instant) -> Bool {
        refill(at: now)
        guard bucket.tokens > 0 else { return false }
        bucket.borrow(Double(count))
        return true
    }

    /// How long until there is something worth granting.
    package mutating func wait(at now: ContinuousClock.Instant) -> Duration {
        refill(at: now)
        guard bucket.tokens <= 0 else { return .zero }
        return .seconds(bucket.delay(until: Double(Self.leastGrant)))
    }

    private mutating func refill(at now: ContinuousClock.Instant) {
        bucket.refill(after: (now - last) / .seconds(1))
        last = max(last, now)
    }
}
