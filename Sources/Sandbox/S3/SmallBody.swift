import Hashing
import WireEncoding

/// The body of a request that holds a document, not an object.
enum SmallBody {
    /// The most bytes: 10,000 parts of a CompleteMultipartUpload with their checksums come to about 2 MiB.
    private static let longest = 4 << 20

    /// Reads it and compares it with what was signed about it.
    static func collect(_ request: ServerRequest, payload: SignedPayload) async throws -> [UInt8] {
        guard let body = try await request.collectBody(upTo: longest) else { throw S3Error.entityTooLarge }
        if case .digest(let digest) = payload, SHA256.digest(of: body) != digest { throw S3Error.contentHashMismatch }
        if let text = request.headers["content-md5"], Base64.decode(text) != MD5.digest(of: body) {
            throw S3Error.badDigest
        }
        for algorithm in ChecksumAlgorithm.allCases {
            if let value = request.headers[algorithm.headerName], algorithm.value(of: body) != value {
                throw S3Error.checksumMismatch(algorithm.headerName)
            }
        }
        return body
    }
}
