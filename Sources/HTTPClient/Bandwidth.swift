import Synchronization

/// A rate in bytes per second, in both directions together, that several transports share.
package final class Bandwidth: Sendable {
    private let bucket: Mutex<BandwidthBucket>

    /// Sets a rate.
    ///
    /// - Parameter bytesPerSecond: The rate; at least 1.
    package init(bytesPerSecond: Int64) {
        bucket = Mutex(BandwidthBucket(rate: bytesPerSecond, at: .now))
    }

    /// The number of the bytes wanted that may be sent now; 0 if none may.
    func grant(_ wanted: Int) -> Int { bucket.withLock { $0.grant(wanted, at: .now) } }

    /// Whether bytes that have arrived may be taken; if so, all of them are.
    func accept(_ count: Int) -> Bool { bucket.withLock { $0.accept(count, at: .now) } }

    /// The time until there is something worth granting.
    func wait() -> Duration { bucket.withLock { $0.wait(at: .now) } }
}
