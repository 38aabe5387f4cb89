/// SHA-256 (FIPS 180-4) over bytes that arrive piece by piece.
package struct SHA256: ~Copyable {
    private var digest = MessageDigest(.sha256)

    /// Starts a digest of no bytes.
    package init() {}

    /// Takes in the next bytes. The buffer is only read, and only during the call.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        digest.update(bytes)
    }

    /// Takes in the next bytes.
    package mutating func update(_ bytes: some Collection<UInt8>) {
        let taken: Void? = bytes.withContiguousStorageIfAvailable { digest.update(UnsafeRawBufferPointer($0)) }
        if taken == nil {
            Array(bytes).withUnsafeBytes { digest.update($0) }
        }
    }

    /// The digest of all bytes taken in.
    package consuming func finish() -> SHA256Digest {
        digest.finish { bytes in
            guard let digest = SHA256Digest(bytes) else {
                fatalError("OpenSSL gave a SHA-256 digest of \(bytes.count) bytes")
            }
            return digest
        }
    }

    /// The digest of `bytes`.
    package static func digest(of bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The digest of `bytes`.
    package static func digest(of bytes: some Collection<UInt8>) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The digest of the UTF-8 form of `text`.
    package static func digest(of text: String) -> SHA256Digest {
        var text = text
        return text.withUTF8 { digest(of: UnsafeRawBufferPointer($0)) }
    }
}
