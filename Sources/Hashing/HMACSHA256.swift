/// HMAC with SHA-256 (RFC 2104): the keyed hash of Signature Version 4.
///
/// Written on the digest itself: OpenSSL's own one-shot function sets up a context through its providers each time, which
/// takes several times as long as the two digests of a short message.
package enum HMACSHA256 {
    /// The bytes that SHA-256 takes in at a time.
    private static let blockSize = 64

    /// The authentication code of `message` under `key`.
    package static func code(for message: some Collection<UInt8>, key: some Collection<UInt8>) -> SHA256Digest {
        var block = key.count > blockSize ? SHA256.digest(of: Array(key)).bytes : Array(key)
        block += repeatElement(0, count: blockSize - block.count)
        var inner = SHA256()
        inner.update(block.map { $0 ^ 0x36 })
        inner.update(message)
        var outer = SHA256()
        outer.update(block.map { $0 ^ 0x5C })
        outer.update(inner.finish().bytes)
        return outer.finish()
    }
}
