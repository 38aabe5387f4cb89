import HTTPClient
import Synchronization
import WireEncoding

/// How far this machine's clock is from a service's.
final class ClockSkew: Sendable {
    /// AWS accepts five minutes at the least; less than four is no reason to have been refused. In seconds.
    private static let tolerance: Int64 = 240

    private let offset = Mutex<Int64>(0)

    /// The moment `seconds` of this machine's clock by the service's clock.
    func corrected(_ seconds: Int64) -> SigningTime {
        SigningTime(seconds: seconds + offset.withLock { $0 })
    }

    /// Takes the service's time from an answer; whether it differs enough to explain a refusal.
    ///
    /// - Parameter seconds: The present by this machine's clock, in seconds since 1970.
    func learn(from head: HTTPResponseHead?, at seconds: Int64) -> Bool {
        guard let date = head?.header("date").flatMap(HTTPDate.seconds) else { return false }
        return offset.withLock { offset in
            guard abs(date - seconds - offset) > Self.tolerance else { return false }
            offset = date - seconds
            return true
        }
    }
}
