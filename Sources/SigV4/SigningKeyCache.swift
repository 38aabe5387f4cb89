import Hashing
import Synchronization
import WireEncoding

/// The last signing key that was derived for a region and service: it is the same for a whole day, and four keyed hashes
/// to derive.
final class SigningKeyCache: Sendable {
    /// A day's key, and the scope it is for.
    struct Key {
        fileprivate let secret: Secret
        fileprivate let day: String
        /// The credential scope, such as `20150830/us-east-1/iam/aws4_request`.
        let scope: String
        /// What the string to sign is hashed with.
        let digest: SHA256Digest
    }

    private let region: String
    private let service: String
    private let last = Mutex<Key?>(nil)

    init(region: String, service: String) {
        self.region = region
        self.service = service
    }

    /// The key of a day (“Calculate a signature”).
    func key(secret: Secret, day: String) -> Key {
        if let known = last.withLock({ $0 }), known.day == day, known.secret == secret { return known }
        var digest = HMACSHA256.code(for: day.utf8, key: "AWS4\(secret.text)".utf8)
        for part in [region, service, "aws4_request"] { digest = HMACSHA256.code(for: part.utf8, key: digest.bytes) }
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let key = Key(secret: secret, day: day, scope: scope, digest: digest)
        last.withLock { $0 = key }
        return key
    }
}
