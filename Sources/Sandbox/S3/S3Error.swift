import XML

/// What the S3 API answers when it refuses or fails (Amazon S3 API Reference, "Error responses").
enum S3Error: Error {
    case accessDenied(String)
    case authentication(AuthenticationFailure)
    case badDigest
    case bucketAlreadyOwnedByYou(String)
    case bucketNotEmpty(String)
    case checksumMismatch(String)
    case contentHashMismatch
    case entityTooLarge
    case entityTooSmall(part: Int)
    case incompleteBody
    case internalError
    case invalidArgument(String)
    case invalidBucketName(String)
    case invalidDigest
    case invalidPart
    case invalidPartOrder
    case invalidRange
    case invalidRequest(String)
    case invalidURI
    case keyTooLong
    case malformedXML
    case methodNotAllowed
    case missingContentLength
    case noSuchBucket(String)
    case noSuchKey(String)
    case noSuchUpload
    case notImplemented(String)
    case notModified(etag: String)
    case preconditionFailed(String)
    case serviceUnavailable
    case slowDown

    /// HTTP status, code and message.
    var answer: (status: Int, code: String, message: String) {
        switch self {
        case .accessDenied(let message): (403, "AccessDenied", message)
        case .authentication(let failure): Self.answer(failure)
        case .badDigest: (400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
        case .bucketAlreadyOwnedByYou:
            (409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded.")
        case .bucketNotEmpty: (409, "BucketNotEmpty", "The bucket you tried to delete is not empty.")
        case .checksumMismatch(let name):
            (400, "BadDigest", "The \(name) you specified did not match what we received.")
        case .contentHashMismatch:
            (
                400, "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed."
            )
        case .entityTooLarge: (400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
        case .entityTooSmall(let part):
            (400, "EntityTooSmall", "Part \(part) is smaller than the 5 MiB that all parts but the last must have.")
        case .incompleteBody:
            (400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length header.")
        case .internalError: (500, "InternalError", "We encountered an internal error. Please try again.")
        case .invalidArgument(let message): (400, "InvalidArgument", message)
        case .invalidBucketName: (400, "InvalidBucketName", "The specified bucket is not valid.")
        case .invalidDigest: (400, "InvalidDigest", "The Content-MD5 you specified is not valid.")
        case .invalidPart:
            (400, "InvalidPart", "One or more of the specified parts could not be found, or its entity tag differs.")
        case .invalidPartOrder: (400, "InvalidPartOrder", "The list of parts was not in ascending order.")
        case .invalidRange: (416, "InvalidRange", "The requested range is not satisfiable")
        case .invalidRequest(let message): (400, "InvalidRequest", message)
        case .invalidURI: (400, "InvalidURI", "Could not parse the specified URI.")
        case .keyTooLong: (400, "KeyTooLongError", "Your key is too long: it may have 1024 bytes.")
        case .malformedXML: (400, "MalformedXML", "The XML you provided was not well-formed or not what is expected.")
        case .methodNotAllowed:
            (405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        case .missingContentLength:
            (411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        case .noSuchBucket: (404, "NoSuchBucket", "The specified bucket does not exist")
        case .noSuchKey: (404, "NoSuchKey", "The specified key does not exist.")
        case .noSuchUpload: (404, "NoSuchUpload", "The specified multipart upload does not exist.")
        case .notImplemented(let what): (501, "NotImplemented", "The sandbox does not implement \(what).")
        case .notModified: (304, "NotModified", "Not Modified")
        case .preconditionFailed:
            (412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        case .serviceUnavailable: (503, "ServiceUnavailable", "Please reduce your request rate.")
        case .slowDown: (503, "SlowDown", "Please reduce your request rate.")
        }
    }

    private static func answer(_ failure: AuthenticationFailure) -> (status: Int, code: String, message: String) {
        switch failure {
        case .missing: (403, "AccessDenied", "Access Denied")
        case .outdatedVersion:
            (
                400, "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            )
        case .malformed(let detail): (400, "AuthorizationHeaderMalformed", "The signature is malformed: \(detail).")
        case .unknownAccessKey:
            (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
        case .signatureMismatch:
            (
                403, "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided."
            )
        case .skewed:
            (403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
        case .expired: (403, "AccessDenied", "Request has expired")
        case .unsignedHeader(let name):
            (403, "AccessDenied", "There were headers present in the request which were not signed: \(name)")
        }
    }

    /// Elements beside code and message that tell what the error is about.
    private var details: [(name: String, value: String)] {
        switch self {
        case .bucketAlreadyOwnedByYou(let name), .bucketNotEmpty(let name), .invalidBucketName(let name),
            .noSuchBucket(let name):
            [("BucketName", name)]
        case .noSuchKey(let key): [("Key", key)]
        case .preconditionFailed(let condition): [("Condition", condition)]
        case .authentication(.unknownAccessKey(let id)): [("AWSAccessKeyId", id)]
        case .authentication(.signatureMismatch(let id, let stringToSign, let canonicalRequest)):
            [("AWSAccessKeyId", id), ("StringToSign", stringToSign), ("CanonicalRequest", canonicalRequest)]
        case .authentication(.skewed(let signed, let now)):
            [("RequestTime", signed.iso8601), ("ServerTime", now.iso8601), ("MaxAllowedSkewMilliseconds", "900000")]
        case .authentication(.expired(let end, let now)):
            [("Expires", end.iso8601), ("ServerTime", now.iso8601)]
        default: []
        }
    }

    /// The whole answer.
    func response(resource: String, requestID: String) -> ServerResponse {
        let answer = answer
        if case .notModified(let etag) = self {
            return ServerResponse(status: 304, headers: [("ETag", "\"\(etag)\"")])
        }
        var document = XMLWriter()
        document.element("Error") { error in
            error.element("Code", answer.code)
            error.element("Message", answer.message)
            for (name, value) in details {
                error.element(name, value)
            }
            error.element("Resource", resource)
            error.element("RequestId", requestID)
        }
        return .xml(document.bytes, status: answer.status)
    }
}
