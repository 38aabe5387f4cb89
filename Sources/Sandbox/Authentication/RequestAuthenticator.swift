import Hashing
import SigV4
import WireEncoding

/// Verifies signatures of Version 4 against the keys of the sandbox's accounts.
struct RequestAuthenticator: Sendable {
    /// How far a clock may be off, in seconds: the 15 minutes of S3's and EC2's documentation.
    static let allowedSkew: Int64 = 900

    private let accounts: [SandboxAccount]
    private let services: [String]
    private let validity: Int64

    /// Keeps the keys.
    ///
    /// - Parameters:
    ///   - services: The services that requests may be signed for.
    ///   - accounts: The accounts with their keys.
    ///   - validity: How long a signature is valid, in seconds.
    init(services: [String], accounts: [SandboxAccount], validity: Int64 = RequestAuthenticator.allowedSkew) {
        self.services = services
        self.accounts = accounts
        self.validity = validity
    }

    /// Verifies `request`.
    ///
    /// - Parameters:
    ///   - payloadDigest: The digest of the body for a service that signs it without saying so in a header; `nil` for
    ///     S3, where `x-amz-content-sha256` says what was signed.
    ///   - now: The present time.
    func authenticate(
        _ request: ServerRequest,
        payloadDigest: SHA256Digest? = nil,
        now: Timestamp = .now
    ) throws(AuthenticationFailure) -> AuthenticatedRequest {
        let fields = try SignatureFields(request)
        guard services.contains(fields.service) else {
            throw .malformed("the credential is scoped to '\(fields.service)', where '\(services[0])' is called")
        }
        let account = accounts.first { ConstantTime.areEqual(fields.accessKeyID, $0.accessKeyID) }
        guard let account else { throw .unknownAccessKey(fields.accessKeyID) }
        try checkHeaders(fields, of: request)
        let payload = if let payloadDigest { payloadDigest.hex } else { try Self.payloadText(request, fields: fields) }
        let canonical = Self.canonicalForm(of: request, fields: fields, payload: payload)
        let stringToSign = """
            AWS4-HMAC-SHA256
            \(fields.timestampText)
            \(fields.scope)
            \(SHA256.digest(of: canonical).hex)
            """
        let key = Self.signingKey(fields, secret: account.secretAccessKey)
        guard ConstantTime.areEqual(HMACSHA256.code(for: stringToSign.utf8, key: key).hex, fields.signature) else {
            throw .signatureMismatch(
                accessKeyID: account.accessKeyID,
                stringToSign: stringToSign,
                canonicalRequest: canonical
            )
        }
        // After the signature, so that only who holds the secret learns how the sandbox's clock stands.
        try checkTime(fields, now: now)
        let signing = ChunkSigning(
            key: key,
            timestamp: fields.timestampText,
            scope: fields.scope,
            seed: fields.signature
        )
        return AuthenticatedRequest(
            account: account.id,
            service: fields.service,
            region: fields.region,
            payload: try Self.payload(payload, signing: signing)
        )
    }

    /// The form that the client should have signed.
    ///
    /// The path is decoded and encoded again: a client that leaves more characters unescaped on the wire than it signs
    /// still verifies, as it does at AWS. EC2's path is always `/`, where the services' rules don't differ.
    private static func canonicalForm(of request: ServerRequest, fields: SignatureFields, payload: String) -> String {
        let path = PercentEncoding.strictlyDecoded(request.path).map {
            PercentEncoding.encode($0, keepingSlash: true)
        }
        let query = request.query.split(separator: "&").filter { !$0.hasPrefix("X-Amz-Signature=") }
        return CanonicalRequest(
            method: request.method,
            path: path ?? request.path,
            query: query.joined(separator: "&"),
            headers: fields.signedHeaders.map { ($0, request.headers[$0] ?? "") },
            payloadHash: payload,
            pathRule: .asIs
        ).text
    }

    private static func signingKey(_ fields: SignatureFields, secret: String) -> [UInt8] {
        var key = Array("AWS4\(secret)".utf8)
        for part in [fields.date, fields.region, fields.service, "aws4_request"] {
            key = HMACSHA256.code(for: part.utf8, key: key).bytes
        }
        return key
    }

    private func checkHeaders(_ fields: SignatureFields, of request: ServerRequest) throws(AuthenticationFailure) {
        guard fields.signedHeaders.contains("host") else { throw .unsignedHeader("host") }
        for name in request.headers.names where name.hasPrefix("x-amz-") && !fields.signedHeaders.contains(name) {
            // A presigned URL can't know the payload hash that an SDK adds when it uses the URL.
            if fields.isPresigned, name == "x-amz-content-sha256" { continue }
            throw .unsignedHeader(name)
        }
    }

    private func checkTime(_ fields: SignatureFields, now: Timestamp) throws(AuthenticationFailure) {
        let skew = fields.timestamp.seconds - now.seconds
        if let expiry = fields.expiry {
            let end = fields.timestamp.adding(seconds: expiry)
            guard now <= end else { throw .expired(at: end, now: now) }
            guard skew <= Self.allowedSkew else { throw .skewed(signed: fields.timestamp, now: now) }
        } else if skew > Self.allowedSkew || -skew > validity {
            throw .skewed(signed: fields.timestamp, now: now)
        }
    }

    /// What an S3 request says of its body. A presigned URL signs no body unless it says so itself: a header that its
    /// user adds can't have been signed.
    private static func payloadText(
        _ request: ServerRequest,
        fields: SignatureFields
    ) throws(AuthenticationFailure) -> String {
        let header = "x-amz-content-sha256"
        if fields.isPresigned, !fields.signedHeaders.contains(header) {
            return request.parameters["X-Amz-Content-Sha256"] ?? SigV4.unsignedPayload
        }
        guard let text = request.headers[header] else { throw .malformed("the header \(header) is missing") }
        return text
    }

    private static func payload(_ text: String, signing: ChunkSigning) throws(AuthenticationFailure) -> SignedPayload {
        switch text {
        case "UNSIGNED-PAYLOAD": return .unsigned
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": return .chunked(signing: signing, hasTrailer: false)
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": return .chunked(signing: signing, hasTrailer: true)
        case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": return .chunked(signing: nil, hasTrailer: true)
        default:
            guard let digest = SHA256Digest(hex: text) else {
                throw .malformed("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a SHA-256 digest or a STREAMING- form")
            }
            return .digest(digest)
        }
    }
}
