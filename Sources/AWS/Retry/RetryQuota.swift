import Synchronization

/// What retries may cost altogether: 500 tokens, 14 for a retry and 5 for one after a throttle (“Retry behavior”, AWS
/// SDKs and Tools Reference).
final class RetryQuota: Sendable {
    private static let capacity = 500
    private static let cost = 14
    private static let costAfterThrottle = 5

    private let tokens = Mutex(capacity)

    /// Takes the cost of a retry; `nil` if there is not enough left.
    func take(isThrottled: Bool) -> Int? {
        let cost = isThrottled ? Self.costAfterThrottle : Self.cost
        return tokens.withLock { tokens in
            guard tokens >= cost else { return nil }
            tokens -= cost
            return cost
        }
    }

    /// Gives back after a success: what its retry cost, or one token for a success at the first attempt.
    func giveBack(_ cost: Int?) {
        tokens.withLock { $0 = min(Self.capacity, $0 + (cost ?? 1)) }
    }
}
