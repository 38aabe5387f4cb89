import Hashing

/// What is known of a request once its signature is right.
struct AuthenticatedRequest: Sendable {
    /// The account of the keys.
    let account: String
    /// The service of the credential scope.
    let service: String
    /// The region of the credential scope.
    let region: String
    /// What was signed about the body.
    let payload: SignedPayload
}

/// What a signature says about the body it belongs to: the values of `x-amz-content-sha256`
/// (Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header").
enum SignedPayload: Sendable {
    /// Nothing: the body may be any.
    case unsigned
    /// The body has this digest.
    case digest(SHA256Digest)
    /// The body comes in `aws-chunked` coding; with signatures of its chunks if `signing` is there.
    case chunked(signing: ChunkSigning?, hasTrailer: Bool)
}

/// What the signature of the next chunk of an `aws-chunked` body is computed from.
struct ChunkSigning: Sendable {
    let key: [UInt8]
    let timestamp: String
    let scope: String
    /// The signature of the chunk before; the request's own for the first.
    private(set) var previous: String

    init(key: [UInt8], timestamp: String, scope: String, seed: String) {
        self.key = key
        self.timestamp = timestamp
        self.scope = scope
        previous = seed
    }

    /// Whether `signature` is right for a chunk with this digest; the next chunk then builds on it.
    mutating func accepts(_ signature: String, chunk: SHA256Digest) -> Bool {
        accepts(signature, algorithm: "AWS4-HMAC-SHA256-PAYLOAD", digests: [SHA256.digest(of: "").hex, chunk.hex])
    }

    /// Whether `signature` is right for trailing headers with this digest.
    mutating func accepts(_ signature: String, trailer: SHA256Digest) -> Bool {
        accepts(signature, algorithm: "AWS4-HMAC-SHA256-TRAILER", digests: [trailer.hex])
    }

    private mutating func accepts(_ signature: String, algorithm: String, digests: [String]) -> Bool {
        let lines = [algorithm, timestamp, scope, previous] + digests
        let expected = HMACSHA256.code(for: lines.joined(separator: "\n").utf8, key: key).hex
        previous = expected
        return ConstantTime.areEqual(expected, signature)
    }
}
