import Hashing
import WireEncoding

/// What a request says about its body before it sends it, and the check that it kept its word.
struct BodyExpectation: Sendable {
    /// The number of bytes of the object.
    let length: Int64
    /// What was signed about the body.
    let payload: SignedPayload
    private let md5: [UInt8]?
    private let checksums: [ChecksumAlgorithm: String]
    private let trailing: Set<ChecksumAlgorithm>

    /// The algorithms whose values have to be computed.
    var algorithms: Set<ChecksumAlgorithm> {
        var algorithms = trailing.union(checksums.keys)
        if case .digest = payload { algorithms.insert(.sha256) }
        return algorithms
    }

    /// Reads the header fields of a request whose signature said `payload` about the body.
    init(_ request: ServerRequest, payload: SignedPayload) throws(S3Error) {
        self.payload = payload
        let headers = request.headers
        let length: Int64?
        if case .chunked = payload {
            length = headers["x-amz-decoded-content-length"].flatMap(Int64.init)
        } else {
            length = request.contentLength
        }
        guard let length, length >= 0 else { throw .missingContentLength }
        self.length = length
        if let text = headers["content-md5"] {
            guard let bytes = Base64.decode(text), bytes.count == 16 else { throw .invalidDigest }
            md5 = bytes
        } else {
            md5 = nil
        }
        var checksums: [ChecksumAlgorithm: String] = [:]
        for (name, value) in headers.withPrefix("x-amz-checksum-") where name != "type" && name != "algorithm" {
            checksums[try Self.algorithm(named: "x-amz-checksum-\(name)")] = value
        }
        self.checksums = checksums
        var trailing: Set<ChecksumAlgorithm> = []
        for name in (headers["x-amz-trailer"] ?? "").split(separator: ",") {
            trailing.insert(try Self.algorithm(named: name.filter { $0 != " " }.lowercased()))
        }
        self.trailing = trailing
    }

    private static func algorithm(named header: String) throws(S3Error) -> ChecksumAlgorithm {
        guard let algorithm = ChecksumAlgorithm.allCases.first(where: { $0.headerName == header }) else {
            throw .notImplemented("the checksum \(header)")
        }
        return algorithm
    }

    /// Compares what came with what was announced, and returns the checksum to keep.
    ///
    /// - Parameter trailer: The trailing headers by lower-case name.
    func verify(_ summary: IncomingFile.Summary, trailer: [String: String]) throws(S3Error) -> ObjectChecksum? {
        guard summary.count == length else { throw .incompleteBody }
        if case .digest(let digest) = payload, digest != summary.sha256 { throw .contentHashMismatch }
        if let md5, md5 != summary.md5 { throw .badDigest }
        var expected = checksums
        for algorithm in trailing {
            guard let value = trailer[algorithm.headerName] else {
                throw .invalidRequest("The trailing header \(algorithm.headerName) is missing.")
            }
            expected[algorithm] = value
        }
        for (algorithm, value) in expected where summary.checksums[algorithm] != value {
            throw .checksumMismatch(algorithm.headerName)
        }
        return expected.first.map { ObjectChecksum(algorithm: $0.key, value: $0.value) }
    }
}
