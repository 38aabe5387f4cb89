/// A token bucket: tokens accumulate at a constant rate up to a capacity, and work takes them out.
///
/// The bucket has no clock. The caller passes the time that has elapsed.
package struct TokenBucket: Sendable {
    /// The tokens added in a second.
    package private(set) var rate: Double
    /// The maximum number of tokens.
    package private(set) var capacity: Double
    /// The tokens in the bucket; negative while it is in debt.
    package private(set) var tokens: Double

    /// Creates a bucket.
    ///
    /// - Parameters:
    ///   - rate: The tokens added in a second.
    ///   - capacity: The maximum number of tokens.
    ///   - tokens: The tokens at the start; by default the bucket is full.
    package init(rate: Double, capacity: Double, tokens: Double? = nil) {
        self.rate = rate
        self.capacity = capacity
        self.tokens = tokens ?? capacity
    }

    /// Adds the tokens of the elapsed time, in seconds.
    package mutating func refill(after seconds: Double) {
        tokens = min(capacity, tokens + max(0, seconds) * rate)
    }

    /// Takes tokens if the bucket has that many, and returns whether it did.
    package mutating func take(_ count: Double = 1) -> Bool {
        guard tokens >= count else { return false }
        tokens -= count
        return true
    }

    /// Takes tokens even if the bucket has fewer, which leaves it in debt.
    package mutating func borrow(_ count: Double) {
        tokens -= count
    }

    /// The time until the bucket has a number of tokens, in seconds.
    package func delay(until count: Double = 0) -> Double {
        max(0, (count - tokens) / rate)
    }

    /// Changes rate and capacity. Tokens beyond the new capacity are lost.
    package mutating func adjust(rate: Double, capacity: Double) {
        self.rate = rate
        self.capacity = capacity
        tokens = min(tokens, capacity)
    }
}
