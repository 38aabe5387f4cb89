/// HMAC with SHA-256 (RFC 2104): the keyed hash of Signature Version 4.
///
/// Written on the digest itself: OpenSSL's own one-shot function sets up a context through its providers each time, which
/// takes several times as long as the two digests of a short message.
package enum HMACSHA256 {
    /// The bytes that SHA-256 takes in at a time.
    private static let blockSize = 64

    /// The authentication code of `message` under `key`.
    package static func code(for message: some Collection<UInt8>, key: some Collection<UInt8>) -> SHA256Digest {
        withUnsafeTemporaryAllocation(byteCount: blockSize, alignment: 8) { block in
            block.initializeMemory(as: UInt8.self, repeating: 0)
            if key.count > blockSize {
                SHA256.digest(of: key).withBytes { block.copyMemory(from: $0) }
            } else {
                block.copyBytes(from: key)
            }
            var inner = SHA256()
            combine(block, 0x36)
            inner.update(UnsafeRawBufferPointer(block))
            inner.update(message)
            var outer = SHA256()
            combine(block, 0x36 ^ 0x5C)
            outer.update(UnsafeRawBufferPointer(block))
            inner.finish().withBytes { outer.update($0) }
            return outer.finish()
        }
    }

    private static func combine(_ block: UnsafeMutableRawBufferPointer, _ byte: UInt8) {
        for index in block.indices { block[index] ^= byte }
    }
}
