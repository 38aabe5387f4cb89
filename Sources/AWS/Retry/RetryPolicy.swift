/// When a call is made again: the “standard” mode of the AWS SDKs, as of 2026-11.
///
/// Delays have full jitter and double with every attempt; a quota that retries use up and successes give back keeps a
/// fleet of clients from drowning a service that is down.
package struct RetryPolicy: Sendable {
    /// The attempts of a call, the first included.
    package var maximumAttempts = 3
    /// The delay before the second attempt is at most this, in seconds.
    package var base = 0.05
    /// The same after a throttle.
    package var throttledBase = 1.0
    /// No delay is longer than this, in seconds.
    package var longestDelay = 20.0
    /// Whether the client finds out by throttles how many requests a second the service takes, and sends no more (the
    /// SDKs' “adaptive” mode).
    package var isAdaptive = false
    /// No attempt follows that would begin later than this after the first, in seconds; no bound if `nil`.
    package var longestTime: Double?

    /// The defaults.
    package init(maximumAttempts: Int = 3) {
        self.maximumAttempts = max(1, maximumAttempts)
    }

    /// How long to wait before the attempt that follows.
    ///
    /// - Parameters:
    ///   - attempt: The number of attempts made, from 1.
    ///   - isThrottled: Whether the last one was refused for too many requests.
    ///   - jitter: A random number from 0 to 1.
    ///   - asked: How long the service asked to wait, in seconds.
    package func delay(after attempt: Int, isThrottled: Bool, jitter: Double, asked: Double?) -> Duration {
        var ceiling = min(isThrottled ? throttledBase : base, longestDelay)
        for _ in 0..<min(max(attempt - 1, 0), 32) { ceiling = min(ceiling * 2, longestDelay) }
        var seconds = jitter * ceiling
        // The service's wish is followed, but not without bound: at most five seconds more than ferry would wait.
        // It comes from outside, where “nan” and “1e999” are numbers too.
        if let asked, asked.isFinite { seconds = min(max(seconds, asked), seconds + 5) }
        return .seconds(seconds)
    }
}
