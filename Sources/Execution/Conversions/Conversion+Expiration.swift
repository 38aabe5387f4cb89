import EC2Types
import Glibc
import Migration

extension Conversion {
    /// Whether EC2 has given up the task unless it is completed.
    var hasExpired: Bool { expiration.map { TaskExpiration($0).hasPassed(at: Int64(time(nil))) } ?? false }
}
