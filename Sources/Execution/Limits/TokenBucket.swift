/// A rate that is never exceeded for long: tokens flow in at a constant rate up to a capacity, and work takes them out.
///
/// A taker may take more than the bucket holds and then waits until its debt is paid, so that one part larger than the
/// capacity still passes, and takers are served in the order they came.
package actor TokenBucket<ClockType: Clock> where ClockType.Duration == Duration {
    private let capacity: Double
    private let rate: Double
    private let clock: ClockType
    private var tokens: Double
    private var updated: ClockType.Instant

    /// Makes a full bucket.
    ///
    /// - Parameters:
    ///   - rate: Tokens a second.
    ///   - capacity: The most tokens it holds.
    ///   - clock: What tells the time.
    package init(rate: Double, capacity: Double, clock: ClockType) {
        self.rate = rate
        self.capacity = capacity
        self.clock = clock
        tokens = capacity
        updated = clock.now
    }

    /// Takes tokens, and returns when they are paid for.
    package func take(_ count: Double) async throws {
        let now = clock.now
        let elapsed = updated.duration(to: now) / .seconds(1)
        tokens = min(capacity, tokens + elapsed * rate) - count
        updated = now
        if tokens < 0 {
            try await clock.sleep(until: now.advanced(by: .seconds(-tokens / rate)), tolerance: nil)
        }
    }
}
