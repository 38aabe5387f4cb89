import Hashing
package import WireEncoding

/// Signature Version 4 for one region and service (“AWS Signature Version 4 for API requests”).
package struct SigV4: Sendable {
    /// What stands for the hash of a body that is not signed.
    package static let unsignedPayload = "UNSIGNED-PAYLOAD"
    /// The longest a presigned URL may be valid, in seconds: seven days.
    package static let longestExpiry = 604_800

    /// The region of the credential scope.
    package let region: String
    /// The service of the credential scope.
    package let service: String
    /// How the service treats the path.
    package let pathRule: CanonicalRequest.PathRule
    private let keys: SigningKeyCache

    /// Signs for a region and service; S3's rules for the path are known.
    package init(region: String, service: String, pathRule: CanonicalRequest.PathRule? = nil) {
        self.region = region
        self.service = service
        self.pathRule = pathRule ?? (service == "s3" ? .asIs : .encodedAgain(normalised: true))
        keys = SigningKeyCache(region: region, service: service)
    }

    /// What is signed: the scope and the digest of the canonical request.
    package func stringToSign(_ request: CanonicalRequest, at time: SigningTime) -> String {
        Self.stringToSign(request, at: time, scope: scope(time))
    }

    private static func stringToSign(_ request: CanonicalRequest, at time: SigningTime, scope: String) -> String {
        var text = "AWS4-HMAC-SHA256\n"
        text.reserveCapacity(192)
        text += time.text
        text += "\n"
        text += scope
        text += "\n"
        text += request.digest.hex
        return text
    }

    /// The signature of a text.
    package func signature(of stringToSign: String, key: Secret, at time: SigningTime) -> String {
        Self.signature(of: stringToSign, key: keys.key(secret: key, day: time.day).digest)
    }

    private static func signature(of stringToSign: String, key: SHA256Digest) -> String {
        key.withBytes { HMACSHA256.code(for: stringToSign.utf8, key: $0) }.hex
    }

    /// The header fields that sign a request: date, session token, and authorization.
    ///
    /// The signature covers every given field, and `Host` from the URL.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - url: The absolute URL, percent-encoded as it is sent.
    ///   - headers: The header fields of the request.
    ///   - payloadHash: The hash of the body in hexadecimal, or ``unsignedPayload``.
    ///   - credentials: The credentials to sign with.
    ///   - time: The present.
    /// - Returns: The fields to append to `headers`.
    /// - Throws: ``UnsignableURL`` if `url` is not an absolute URL: a request without a signature must not be sent in its
    ///   place.
    package func authorization(
        of method: String,
        url: String,
        headers: [(name: String, value: String)],
        payloadHash: String,
        credentials: AWSCredentials,
        at time: SigningTime
    ) throws(UnsignableURL) -> [(name: String, value: String)] {
        guard let (authority, path, query) = URLParts.parts(of: url) else { throw UnsignableURL(url) }
        var added: [(name: String, value: String)] = [("X-Amz-Date", time.text)]
        if let token = credentials.sessionToken { added.append(("X-Amz-Security-Token", token.text)) }
        let canonical = CanonicalRequest(
            method: method,
            path: path,
            query: query,
            headers: headers + added + [("host", authority)],
            payloadHash: payloadHash,
            pathRule: pathRule
        )
        let key = keys.key(secret: credentials.secretAccessKey, day: time.day)
        let stringToSign = Self.stringToSign(canonical, at: time, scope: key.scope)
        var authorization = "AWS4-HMAC-SHA256 Credential="
        authorization.reserveCapacity(320)
        authorization += credentials.accessKeyID
        authorization += "/"
        authorization += key.scope
        authorization += ", SignedHeaders="
        authorization += canonical.signedHeaders
        authorization += ", Signature="
        authorization += Self.signature(of: stringToSign, key: key.digest)
        added.append(("Authorization", authorization))
        return added
    }

    /// A URL with its signature in the query, valid without credentials until it expires.
    ///
    /// - Parameters:
    ///   - method: The method it may be used with.
    ///   - url: The URL, percent-encoded as it is sent.
    ///   - expiry: How long it is valid, in seconds; one outside 1 to ``longestExpiry`` is brought to the nearer end.
    ///   - credentials: What it is signed with. Temporary ones end the validity with their own, so the URL claims no longer
    ///     one.
    ///   - time: When its validity begins.
    ///   - headers: Header fields that a request must have to be valid, besides `Host`.
    ///   - payloadHash: What stands for the body.
    /// - Throws: ``UnsignableURL`` if `url` is not an absolute URL.
    package func presign(
        _ method: String,
        url: String,
        expiry: Int,
        credentials: AWSCredentials,
        at time: SigningTime,
        headers: [(name: String, value: String)] = [],
        payloadHash: String = SigV4.unsignedPayload
    ) throws(UnsignableURL) -> PresignedURL {
        guard let (authority, path, query) = URLParts.parts(of: url) else { throw UnsignableURL(url) }
        let signed = headers + [("host", authority)]
        let expiry = min(Int64(expiry), credentials.expirationSeconds.map { $0 - time.seconds } ?? .max)
        var fields = [
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "X-Amz-Credential=" + PercentEncoding.encode("\(credentials.accessKeyID)/\(scope(time))"),
            "X-Amz-Date=\(time.text)",
            "X-Amz-Expires=\(min(max(1, expiry), Int64(Self.longestExpiry)))",
            "X-Amz-SignedHeaders=" + PercentEncoding.encode(CanonicalRequest.signedHeaders(of: signed)),
        ]
        if let token = credentials.sessionToken {
            fields.append("X-Amz-Security-Token=" + PercentEncoding.encode(token.text))
        }
        let signedQuery = ([query] + fields).filter { !$0.isEmpty }.joined(separator: "&")
        let canonical = CanonicalRequest(
            method: method,
            path: path,
            query: signedQuery,
            headers: signed,
            payloadHash: payloadHash,
            pathRule: pathRule
        )
        let signature = signature(of: stringToSign(canonical, at: time), key: credentials.secretAccessKey, at: time)
        let base = url.prefix { $0 != "?" }
        return PresignedURL(absoluteString: "\(base)?\(signedQuery)&X-Amz-Signature=\(signature)")
    }

    private func scope(_ time: SigningTime) -> String {
        "\(time.day)/\(region)/\(service)/aws4_request"
    }
}
