import FlowControl
import Foundation

/// How many requests a second a service takes, as its throttles tell: the rate limiter of the SDKs' “adaptive” retry mode
/// (AWS SDKs and Tools Reference, “Retry behavior”), which follows CUBIC (RFC 9438).
///
/// Until the first throttle there is no limit. A value without a clock: every moment is given, in seconds that only grow.
package struct AdaptiveRate: Sendable {
    /// The rate falls to this share of what was measured when a throttle comes.
    private static let beta = 0.7
    /// CUBIC's constant C: how fast the rate grows again.
    private static let scale = 0.4
    /// No fewer requests a second than this.
    private static let lowestRate = 0.5
    /// The weight of the newest measurement.
    private static let smoothing = 0.8
    /// How long one measurement lasts, in seconds.
    private static let period = 0.5

    private var isLimited = false
    private var highest = 0.0
    private var lastThrottle: Double
    private var measured = 0.0
    private var counted = 0.0
    private var period: Double
    package var rate: Double { bucket.rate }
    private var bucket = TokenBucket(rate: 1, capacity: 1, tokens: 0)
    private var lastRefill: Double

    /// Starts without a limit.
    package init(at now: Double) {
        lastThrottle = now
        lastRefill = now
        period = now.rounded(.down)
    }

    /// Takes the token for a request, or says how long to wait before asking again, in seconds.
    package mutating func take(at now: Double) -> Double? {
        guard isLimited else { return nil }
        refill(at: now)
        // A wait that was computed exactly must be enough, whatever its rounding.
        guard bucket.tokens < 1 - 1e-9 else {
            bucket.borrow(1)
            return nil
        }
        return bucket.delay(until: 1)
    }

    /// Learns from an answer.
    package mutating func record(isThrottle: Bool, at now: Double) {
        measure(at: now)
        let wanted: Double
        if isThrottle {
            let reached = isLimited ? min(measured, rate) : measured
            highest = reached
            lastThrottle = now
            isLimited = true
            wanted = reached * Self.beta
        } else {
            let zero = cbrt(highest * (1 - Self.beta) / Self.scale)
            let since = now - lastThrottle - zero
            wanted = Self.scale * since * since * since + highest
        }
        set(min(wanted, 2 * measured), at: now)
    }

    private mutating func measure(at now: Double) {
        let current = (now / Self.period).rounded(.down) * Self.period
        counted += 1
        guard current > period else { return }
        let newest = counted / (current - period)
        measured = newest * Self.smoothing + measured * (1 - Self.smoothing)
        counted = 0
        period = current
    }

    private mutating func set(_ wanted: Double, at now: Double) {
        refill(at: now)
        bucket.adjust(rate: max(wanted, Self.lowestRate), capacity: max(wanted, 1))
    }

    private mutating func refill(at now: Double) {
        bucket.refill(after: now - lastRefill)
        lastRefill = max(lastRefill, now)
    }
}
