/// A bucket of request tokens that refills with time.
struct TokenBucket: Sendable {
    private let limit: SandboxFaults.Limit
    private var tokens: Double
    private var filled: ContinuousClock.Instant

    /// A full bucket.
    init(_ limit: SandboxFaults.Limit, now: ContinuousClock.Instant) {
        self.limit = limit
        tokens = limit.capacity
        filled = now
    }

    /// Takes a token; `false` when there is none.
    mutating func take(now: ContinuousClock.Instant) -> Bool {
        let seconds = (now - filled) / .seconds(1)
        tokens = min(limit.capacity, tokens + max(0, seconds) * limit.refillPerSecond)
        filled = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
