import FlowControl

/// A rate that is never exceeded for long.
///
/// A taker may take more tokens than the bucket holds and then waits until the debt is paid, so that a part larger than
/// the capacity still passes. Takers are served in the order of their calls.
package actor RateLimiter<ClockType: Clock> where ClockType.Duration == Duration {
    private let clock: ClockType
    private var bucket: TokenBucket
    private var updated: ClockType.Instant

    /// Creates a limiter with a full bucket.
    ///
    /// - Parameters:
    ///   - rate: The tokens added in a second.
    ///   - capacity: The maximum number of tokens.
    ///   - clock: The source of time.
    package init(rate: Double, capacity: Double, clock: ClockType) {
        self.clock = clock
        bucket = TokenBucket(rate: rate, capacity: capacity)
        updated = clock.now
    }

    /// Takes tokens and returns when they are paid for.
    package func take(_ count: Double) async throws {
        let now = clock.now
        bucket.refill(after: updated.duration(to: now) / .seconds(1))
        bucket.borrow(count)
        updated = now
        if bucket.tokens < 0 {
            try await clock.sleep(until: now.advanced(by: .seconds(bucket.delay())), tolerance: nil)
        }
    }
}
