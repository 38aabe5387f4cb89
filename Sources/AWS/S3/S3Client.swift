package import HTTPClient
package import Hashing
import SigV4
package import WireEncoding
import XML

/// The operations of S3 that ferry needs (S3 API Reference, version 2006-03-01).
package struct S3Client: Sendable {
    let client: ServiceClient
    /// The account that must own each bucket; S3 rejects requests for buckets of others. Not checked if `nil`.
    let bucketOwner: String?

    /// Creates a client of S3 in the region of `client`.
    ///
    /// - Parameter bucketOwner: The account that must own each bucket (`x-amz-expected-bucket-owner`).
    package init(_ client: ServiceClient, bucketOwner: String? = nil) {
        self.client = client
        self.bucketOwner = bucketOwner
    }

    /// The same client for buckets of an account.
    package func expecting(bucketOwner: String?) -> S3Client {
        S3Client(client, bucketOwner: bucketOwner)
    }

    /// Stores an object, in place of one that is there.
    ///
    /// - Parameters:
    ///   - bucket: The bucket.
    ///   - key: The key, any text of at most 1,024 bytes.
    ///   - body: The content, at most 5 GiB.
    ///   - payloadHash: SHA-256 of the content, which S3 verifies. If `nil` it is computed of bytes in memory, and that of
    ///     a file is not signed.
    ///   - contentType: The object's media type.
    ///   - storesChecksum: Whether S3 verifies the SHA-256 of what it stores and keeps it (`x-amz-checksum-sha256`).
    /// - Returns: The time of the response by S3's clock, in seconds since 1970; `nil` if it has no `Date`.
    @discardableResult
    package func putObject(
        bucket: String,
        key: String,
        body: HTTPRequest.Body,
        payloadHash: SHA256Digest?,
        contentType: String = "application/octet-stream",
        storesChecksum: Bool = false
    ) async throws(AWSError) -> Int64? {
        var headers = [("Content-Type", contentType)]
        if storesChecksum, let payloadHash {
            headers.append(("x-amz-checksum-sha256", Base64.encode(payloadHash.bytes)))
        }
        let call = call("PutObject", "PUT", url(bucket, key), headers: headers, body: body, payloadHash: payloadHash)
        let response = try await client.perform(call)
        _ = try entityTag(of: response, call)
        return Self.date(of: response.head)
    }

    /// Stores an object if what is there is what is expected (“Conditional writes”).
    ///
    /// It is not made again after an attempt whose outcome is unknown: the condition would then fail on what that attempt
    /// itself stored.
    ///
    /// - Returns: The `ETag` of what is stored now.
    /// - Throws: ``AWSError``; ``AWSError/isConditionFailure`` if the condition does not hold, and ``AWSError/outcome`` says
    ///   whether the object may have been stored nevertheless.
    package func putObject(
        bucket: String,
        key: String,
        body: [UInt8],
        contentType: String = "application/octet-stream",
        condition: WriteCondition
    ) async throws(AWSError) -> String {
        let headers = [("Content-Type", contentType), condition.header]
        let call = call(
            "PutObject",
            "PUT",
            url(bucket, key),
            headers: headers,
            body: .bytes(body),
            isIdempotent: false
        )
        return try entityTag(of: try await client.perform(call), call)
    }

    /// An object's content, or a range of it.
    ///
    /// - Parameter range: First and last byte, both included.
    package func getObject(
        bucket: String,
        key: String,
        range: ClosedRange<Int64>? = nil
    ) async throws(AWSError) -> [UInt8] {
        try await readObject(bucket: bucket, key: key, range: range).bytes
    }

    /// An object's content, or a range of it, with the tag that names this content and the times of the response.
    ///
    /// - Parameters:
    ///   - version: The version that is read; the newest if `nil`.
    ///   - range: First and last byte, both included.
    ///   - entityTag: The `ETag` that the content must have; ``AWSError/isConditionFailure`` if it has another.
    ///   - limit: The longest content that is taken, in bytes.
    package func readObject(
        bucket: String,
        key: String,
        version: String? = nil,
        range: ClosedRange<Int64>? = nil,
        entityTag: String? = nil,
        limit: Int = 64 << 20
    ) async throws(AWSError) -> S3ObjectContent {
        let headers = Self.headers(range) + (entityTag.map { [("If-Match", $0)] } ?? [])
        var call = self.call("GetObject", "GET", url(bucket, key, version: version), headers: headers)
        call.request.maximumResponseBytes = limit
        call.mayReturnHTML = true
        let response = try await client.perform(call)
        try checkRange(range, response.head, call)
        return S3ObjectContent(
            bytes: response.body,
            entityTag: try self.entityTag(of: response, call),
            lastModified: response.header("last-modified").flatMap(HTTPDate.seconds),
            date: Self.date(of: response.head)
        )
    }

    /// An object's content, or a range of it, to be taken as it arrives.
    ///
    /// What fails before the head is there is tried again. What fails later is the reader's to mend: it knows which range
    /// it still needs.
    ///
    /// - Parameter range: First and last byte, both included.
    package func openObject(
        bucket: String,
        key: String,
        range: ClosedRange<Int64>? = nil
    ) async throws(AWSError) -> HTTPResponseStream {
        var call = call("GetObject", "GET", url(bucket, key), headers: Self.headers(range))
        call.mayReturnHTML = true
        let stream = try await client.stream(call) { stream throws(AnswerError) in stream }
        try checkRange(range, stream.head, call)
        return stream
    }

    /// What S3 says of an object without its content; `nil` if there is none.
    ///
    /// - Parameters:
    ///   - version: The version that is queried; the newest if `nil`.
    ///   - withChecksum: Whether S3 returns the checksum that it verified.
    ///   - requiresBucket: Whether a missing bucket is an error. To tell it from a missing object takes another request.
    package func headObject(
        bucket: String,
        key: String,
        version: String? = nil,
        withChecksum: Bool = false,
        requiresBucket: Bool = false
    ) async throws(AWSError) -> S3ObjectHead? {
        let headers = withChecksum ? [("x-amz-checksum-mode", "ENABLED")] : []
        let url = url(bucket, key, version: version)
        var call = headCall("HeadObject", url, headers: headers, explainedBy: url, range: 0...0)
        call.explainsAbsence = requiresBucket
        do throws(AWSError) {
            guard let head = S3ObjectHead(try await client.perform(call)) else {
                throw client.failure(call, .malformedAnswer("it has no Content-Length or no ETag"))
            }
            return head
        } catch {
            guard error.status == 404, error.code != "NoSuchBucket" else { throw error }
            return nil
        }
    }

    /// Removes an object; one that is not there counts as removed.
    package func deleteObject(bucket: String, key: String) async throws(AWSError) {
        do throws(AWSError) {
            _ = try await client.perform(call("DeleteObject", "DELETE", url(bucket, key)))
        } catch {
            guard error.code == "NoSuchKey" else { throw error }
        }
    }

    /// The objects whose keys begin with a prefix, a page at a time.
    ///
    /// - Parameter page: Takes each page's objects, at most 1,000.
    /// - Returns: The time of the last response by S3's clock, in seconds since 1970; `nil` if it has no `Date`.
    @discardableResult
    package func listObjects(
        bucket: String,
        prefix: String,
        page: (_ objects: [S3ListedObject]) -> Void
    ) async throws(AWSError) -> Int64? {
        var token: String?
        var date: Int64?
        repeat {
            // Encoded names: XML has no form for some of the characters that keys may have.
            var query = "encoding-type=url&list-type=2&max-keys=1000&prefix=\(PercentEncoding.encode(prefix))"
            if let token { query = "continuation-token=\(PercentEncoding.encode(token))&" + query }
            let call = call("ListObjectsV2", "GET", url(bucket, "") + "?" + query)
            let response = try await client.perform(call)
            let root = try document(response, call)
            guard root.name == "ListBucketResult" else {
                throw client.failure(call, .malformedAnswer("its root element is \(root.name), not ListBucketResult"))
            }
            date = Self.date(of: response.head)
            let isEncoded = root.text("EncodingType") == "url"
            page(root.children.filter { $0.name == "Contents" }.compactMap { S3ListedObject($0, isEncoded: isEncoded) })
            let next = root.text("IsTruncated") == "true" ? root.text("NextContinuationToken") : nil
            guard next == nil || next != token else {
                throw client.failure(call, .malformedAnswer("its continuation token leads back to the same page"))
            }
            token = next
        } while token != nil
        return date
    }

    /// Makes a bucket; one that this account has already counts as made.
    package func createBucket(_ bucket: String) async throws(AWSError) {
        // Only us-east-1 takes no location, and takes none by that name.
        var body = HTTPRequest.Body.none
        if client.endpoint.isAWS, client.region != "us-east-1" {
            body = .bytes(
                Array(
                    """
                    <CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
                    <LocationConstraint>\(client.region)</LocationConstraint></CreateBucketConfiguration>
                    """.utf8
                )
            )
        }
        do throws(AWSError) {
            _ = try await client.perform(call("CreateBucket", "PUT", url(bucket, ""), body: body))
        } catch {
            guard error.code == "BucketAlreadyOwnedByYou" else { throw error }
        }
    }

    /// Whether a bucket is there, and may be used.
    package func headBucket(_ bucket: String) async throws(AWSError) -> Bool {
        do throws(AWSError) {
            // The least request that the permission for a HEAD of a bucket, s3:ListBucket, allows.
            let url = url(bucket, "")
            _ = try await client.perform(headCall("HeadBucket", url, explainedBy: url + "?list-type=2&max-keys=0"))
            return true
        } catch {
            guard error.status == 404 else { throw error }
            return false
        }
    }

    /// A URL that lets its holder make one kind of request for one object.
    ///
    /// - Parameters:
    ///   - version: The version that is meant; the newest if `nil`.
    ///   - addressing: The place of the bucket in the URL, one of ``addressings(of:)``; the first of them if `nil`.
    ///   - expiry: How long it is valid, in seconds; one outside 1 to 604,800 is brought to the nearer end.
    package func presignedURL(
        _ method: String,
        bucket: String,
        key: String,
        version: String? = nil,
        addressing: S3Addressing? = nil,
        expiry: Int = SigV4.longestExpiry
    ) async throws(CredentialsError) -> PresignedURL {
        let url = url(bucket, key, version: version, addressing: addressing)
        return try await client.presign(method, url: url, expiry: expiry)
    }

    /// The addressings that URLs of a bucket can have at this endpoint, the one that requests use first.
    ///
    /// A bucket with a dot stays in the path: its name as part of the host's would match no certificate. At an endpoint that
    /// is not AWS's the path comes first, because such servers often have one name alone.
    package func addressings(of bucket: String) -> [S3Addressing] {
        guard !bucket.contains("."), let host = URLAuthority(client.endpoint.url)?.host else { return [.path] }
        guard client.endpoint.isAWS else {
            let isAddress = host.contains(":") || host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || 0x30...0x39 ~= $0 }
            return isAddress ? [.path] : [.path, .virtual]
        }
        return client.endpoint.isGloballyNamed ? [.virtual, .path, .global] : [.virtual, .path]
    }

    /// The URL of a bucket or an object.
    func url(_ bucket: String, _ key: String, version: String? = nil, addressing: S3Addressing? = nil) -> String {
        let query = version.map { "?versionId=\(PercentEncoding.encode($0))" } ?? ""
        let path = "/" + PercentEncoding.encode(key, keepingSlash: true)
        let addressing = addressing ?? addressings(of: bucket).first ?? .path
        let endpoint = addressing == .global ? AWSEndpoint.globalS3 : client.endpoint.url
        guard addressing != .path, let scheme = endpoint.firstRange(of: "://") else {
            return "\(client.endpoint.url)/\(PercentEncoding.encode(bucket))" + (key.isEmpty ? "" : path) + query
        }
        let host = "\(PercentEncoding.encode(bucket)).\(endpoint[scheme.upperBound...])"
        return "\(endpoint[..<scheme.upperBound])\(host)\(path)\(query)"
    }

    /// A HEAD with the GET that explains its failure. Every HEAD is made here.
    ///
    /// - Parameters:
    ///   - url: What is queried.
    ///   - explanation: What the GET reads, with the same permission.
    ///   - range: The range that the GET reads.
    private func headCall(
        _ operation: String,
        _ url: String,
        headers: [(String, String)] = [],
        explainedBy explanation: String,
        range: ClosedRange<Int64>? = nil
    ) -> ServiceCall {
        var call = call(operation, "HEAD", url, headers: headers)
        call.explanation = self.call(operation, "GET", explanation, headers: Self.headers(range)).request
        return call
    }

    func call(
        _ operation: String,
        _ method: String,
        _ url: String,
        headers: [(String, String)] = [],
        body: HTTPRequest.Body = .none,
        payloadHash: SHA256Digest? = nil,
        isIdempotent: Bool = true
    ) -> ServiceCall {
        let hash: String
        switch body {
        case .none: hash = SHA256.digest(of: []).hex
        case .bytes(let bytes): hash = (payloadHash ?? SHA256.digest(of: bytes)).hex
        case .file: hash = payloadHash?.hex ?? SigV4.unsignedPayload
        }
        var fields = headers.map { (name: $0.0, value: $0.1) } + [("X-Amz-Content-Sha256", hash)]
        if let bucketOwner { fields.append(("x-amz-expected-bucket-owner", bucketOwner)) }
        let request = HTTPRequest(
            method: method,
            url: url,
            headers: fields,
            body: body
        )
        return ServiceCall(operation: operation, request: request, payloadHash: hash, isIdempotent: isIdempotent)
    }

    func document(_ response: HTTPResponse, _ call: ServiceCall) throws(AWSError) -> XMLElement {
        do {
            return try XMLElement.parse(response.body)
        } catch {
            throw client.failure(call, .malformedAnswer(error.description))
        }
    }

    func entityTag(of response: HTTPResponse, _ call: ServiceCall) throws(AWSError) -> String {
        guard let tag = response.header("etag") else {
            throw client.failure(call, .malformedAnswer("it has no ETag"))
        }
        return tag
    }

    private static func date(of head: HTTPResponseHead) -> Int64? { head.header("date").flatMap(HTTPDate.seconds) }

    private static func headers(_ range: ClosedRange<Int64>?) -> [(String, String)] {
        range.map { [("Range", "bytes=\($0.lowerBound)-\($0.upperBound)")] } ?? []
    }

    /// Some servers answer a range with the whole object: its beginning must not be taken for the range.
    private func checkRange(
        _ range: ClosedRange<Int64>?,
        _ head: HTTPResponseHead,
        _ call: ServiceCall
    ) throws(AWSError) {
        guard range == nil || head.status == 206 else {
            throw client.failure(call, .malformedAnswer("a range was asked for, and HTTP status \(head.status) came"))
        }
    }
}
