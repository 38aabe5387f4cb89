import COpenSSL

/// A message digest of OpenSSL, fed piece by piece.
///
/// It owns its `EVP_MD_CTX` and belongs to one task at a time.
struct MessageDigest: ~Copyable {
    /// The algorithms ferry uses.
    enum Algorithm {
        /// SHA-256 (FIPS 180-4).
        case sha256
        /// MD5 (RFC 1321): only to check the `Content-MD5` header of S3, never for security.
        case md5
        /// SHA-1 (FIPS 180-4): only for names that other programs chose by it, never for security.
        case sha1

        // Fetched once: OpenSSL 3 otherwise looks for the implementation anew for each digest, which takes as long as
        // the digest of some hundred bytes. Never freed, and OpenSSL's own counter guards it; as an integer it is Sendable.
        private static let sha256Implementation = UInt(bitPattern: EVP_MD_fetch(nil, "SHA256", nil))

        fileprivate var implementation: OpaquePointer? {
            switch self {
            case .sha256: OpaquePointer(bitPattern: Self.sha256Implementation) ?? EVP_sha256()
            case .md5: EVP_md5()
            case .sha1: EVP_sha1()
            }
        }
    }

    private let context: OpaquePointer

    init(_ algorithm: Algorithm) {
        // Neither call can fail for a built-in algorithm unless memory has run out, where Swift itself stops as well.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, algorithm.implementation, nil) == 1 else {
            fatalError("OpenSSL has no memory for a digest, or its provider is disabled")
        }
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Gives the digest to `body`; the buffer is there only during the call.
    consuming func finish<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { buffer in
            var count: UInt32 = 0
            EVP_DigestFinal_ex(context, buffer.baseAddress, &count)
            return body(UnsafeRawBufferPointer(start: buffer.baseAddress, count: Int(count)))
        }
    }

    consuming func finish() -> [UInt8] {
        finish { Array($0) }
    }
}
