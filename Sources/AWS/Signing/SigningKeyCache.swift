import Hashing
import Synchronization

/// The last signing key that was derived: it is the same for a whole day, and four keyed hashes to derive.
final class SigningKeyCache: Sendable {
    private struct Entry {
        let secret: Secret
        let scope: [String]
        let key: SHA256Digest
    }

    private let last = Mutex<Entry?>(nil)

    /// The key of a day, region and service (“Calculate a signature”).
    func key(secret: Secret, day: String, region: String, service: String) -> SHA256Digest {
        let scope = [day, region, service, "aws4_request"]
        if let known = last.withLock({ $0 }), known.secret == secret, known.scope == scope { return known.key }
        var key = HMACSHA256.code(for: day.utf8, key: "AWS4\(secret.text)".utf8)
        for part in scope.dropFirst() { key = HMACSHA256.code(for: part.utf8, key: key.bytes) }
        last.withLock { $0 = Entry(secret: secret, scope: scope, key: key) }
        return key
    }
}
