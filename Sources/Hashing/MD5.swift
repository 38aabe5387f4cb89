/// MD5 (RFC 1321), for the `Content-MD5` header and the `ETag` of S3 alone.
package enum MD5 {
    /// The 16 bytes of the digest of `bytes`.
    package static func digest(of bytes: some Collection<UInt8>) -> [UInt8] {
        var hash = Running()
        hash.update(bytes)
        return hash.finish()
    }

    /// An MD5 over bytes that arrive piece by piece.
    package struct Running: ~Copyable {
        private var digest = MessageDigest(.md5)

        /// Starts a digest of no bytes.
        package init() {}

        /// Takes in the next bytes.
        package mutating func update(_ bytes: some Collection<UInt8>) {
            let taken: Void? = bytes.withContiguousStorageIfAvailable { digest.update(UnsafeRawBufferPointer($0)) }
            if taken == nil {
                Array(bytes).withUnsafeBytes { digest.update($0) }
            }
        }

        /// The 16 bytes of the digest of all bytes taken in.
        package consuming func finish() -> [UInt8] {
            digest.finish()
        }
    }
}
