import COpenSSL

/// HMAC with SHA-256 (RFC 2104): the keyed hash of Signature Version 4.
package enum HMACSHA256 {
    /// The authentication code of `message` under `key`.
    package static func code(for message: some Collection<UInt8>, key: some Collection<UInt8>) -> SHA256Digest {
        let key = Array(key)
        let message = Array(message)
        var count: UInt32 = 0
        let code = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, initialized in
            HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, buffer.baseAddress, &count)
            initialized = Int(count)
        }
        guard let digest = SHA256Digest(bytes: code) else {
            fatalError("OpenSSL gave an HMAC of \(code.count) bytes")
        }
        return digest
    }
}
