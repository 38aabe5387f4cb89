import Synchronization

/// Holds requests back as ``AdaptiveRate`` says.
final class AdaptiveLimiter: Sendable {
    private let rate: Mutex<AdaptiveRate>
    private let time: RetryTime

    init(_ time: RetryTime) {
        self.time = time
        rate = Mutex(AdaptiveRate(at: time.elapsed()))
    }

    /// Waits until a request may be sent; whether it may, or the task was cancelled.
    func admit() async -> Bool {
        while let wait = rate.withLock({ $0.take(at: time.elapsed()) }) {
            guard (try? await time.sleep(.seconds(wait))) != nil else { return false }
        }
        return true
    }

    /// Learns from an answer.
    func record(isThrottle: Bool) {
        rate.withLock { $0.record(isThrottle: isThrottle, at: time.elapsed()) }
    }
}
