import Hashing
import Migration
import Synchronization

/// When the run uploaded parts, or checked that S3 has them.
final class VerifiedParts<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    /// How long an upload or a check counts.
    static var validity: Duration { .seconds(3600) }

    private let times = Mutex<[StagingLocation: [SHA256Digest: ClockType.Instant]]>([:])

    /// Notes that S3 has a part.
    func note(_ part: SHA256Digest, in location: StagingLocation, at time: ClockType.Instant) {
        times.withLock { $0[location, default: [:]][part] = time }
    }

    /// Whether S3 had a part at a time or later.
    func isVerified(_ part: SHA256Digest, in location: StagingLocation, since earliest: ClockType.Instant) -> Bool {
        times.withLock { $0[location]?[part].map { $0 >= earliest } ?? false }
    }
}
