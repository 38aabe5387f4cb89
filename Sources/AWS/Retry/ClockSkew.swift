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

    /// Whether the service's time in a response differs enough from that of a signature to explain a refusal.
    ///
    /// The signature counts, not what is known now: another call may have learned the time since it was made.
    func explains(_ head: HTTPResponseHead?, signedAt signed: SigningTime?) -> Bool {
        guard let signed, let date = Self.date(of: head) else { return false }
        return abs(date - signed.seconds) > Self.tolerance
    }

    /// Takes the service's time from a response; whether it differs enough to explain a refusal.
    ///
    /// - Parameter seconds: The present by this machine's clock, in seconds since 1970.
    func learn(from head: HTTPResponseHead?, signedAt signed: SigningTime?, at seconds: Int64) -> Bool {
        guard explains(head, signedAt: signed), let date = Self.date(of: head) else { return false }
        offset.withLock { $0 = date - seconds }
        return true
    }

    private static func date(of head: HTTPResponseHead?) -> Int64? { head?.header("date").flatMap(HTTPDate.seconds) }
}
