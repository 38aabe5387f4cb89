import WireEncoding

/// What a request says about its signature of Version 4, in its `Authorization` header or its query
/// (AWS General Reference, "Create a signed AWS API request").
struct SignatureFields {
    /// The longest life of a presigned URL, in seconds: seven days.
    static let longestExpiry: Int64 = 604_800

    let accessKeyID: String
    /// The date, `20261124`.
    let date: String
    let region: String
    let service: String
    let signedHeaders: [String]
    /// 64 hexadecimal digits.
    let signature: String
    let timestamp: Timestamp
    /// The text of `timestamp`, as it was signed.
    let timestampText: String
    /// How many seconds a presigned URL lives; `nil` for a signature in the header.
    let expiry: Int64?

    /// The scope, as it stands in the string to sign.
    var scope: String { "\(date)/\(region)/\(service)/aws4_request" }

    /// Whether the signature is in the query.
    var isPresigned: Bool { expiry != nil }

    /// Reads the fields of `request`.
    init(_ request: ServerRequest) throws(AuthenticationFailure) {
        if let authorization = request.headers["authorization"] {
            if authorization.hasPrefix("AWS ") { throw .outdatedVersion }
            try self.init(authorization: authorization, headers: request.headers)
        } else if request.parameters.contains("X-Amz-Signature") {
            try self.init(presigned: request.parameters)
        } else if request.parameters.contains("Signature"), request.parameters.contains("AWSAccessKeyId") {
            throw .outdatedVersion
        } else {
            throw .missing
        }
    }

    private init(authorization: String, headers: HeaderFields) throws(AuthenticationFailure) {
        let algorithm = "AWS4-HMAC-SHA256"
        guard authorization.hasPrefix(algorithm) else { throw .malformed("the algorithm is not \(algorithm)") }
        var fields: [Substring: Substring] = [:]
        for field in authorization.dropFirst(algorithm.count).split(separator: ",") {
            let halves = field.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard halves.count == 2 else { throw .malformed("the Authorization header") }
            fields[halves[0]] = halves[1]
        }
        guard let credential = fields["Credential"], let signed = fields["SignedHeaders"],
            let signature = fields["Signature"]
        else { throw .malformed("the Authorization header lacks Credential, SignedHeaders or Signature") }
        if let text = headers["x-amz-date"] {
            guard let timestamp = Timestamp(basic: text) else { throw .malformed("the X-Amz-Date header") }
            try self.init(credential, signed, signature, timestamp: timestamp, text: text, expiry: nil)
        } else if let text = headers["date"], let timestamp = Timestamp(httpDate: text) {
            // A signature over the Date header alone still signs the moment in its basic form.
            let basic = SigningTime(seconds: timestamp.seconds).text
            try self.init(credential, signed, signature, timestamp: timestamp, text: basic, expiry: nil)
        } else {
            throw .malformed("neither a valid X-Amz-Date nor a Date header")
        }
    }

    private init(presigned parameters: QueryParameters) throws(AuthenticationFailure) {
        guard parameters["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256" else { throw .malformed("X-Amz-Algorithm") }
        guard let credential = parameters["X-Amz-Credential"], let signed = parameters["X-Amz-SignedHeaders"],
            let signature = parameters["X-Amz-Signature"]
        else { throw .malformed("X-Amz-Credential or X-Amz-SignedHeaders is missing") }
        guard let text = parameters["X-Amz-Date"], let timestamp = Timestamp(basic: text) else {
            throw .malformed("X-Amz-Date")
        }
        guard let expiry = parameters["X-Amz-Expires"].flatMap(Int64.init), expiry > 0,
            expiry <= Self.longestExpiry
        else { throw .malformed("X-Amz-Expires must be between 1 and \(Self.longestExpiry) seconds") }
        try self.init(credential[...], signed[...], signature[...], timestamp: timestamp, text: text, expiry: expiry)
    }

    private init(
        _ credential: Substring,
        _ signedHeaders: Substring,
        _ signature: Substring,
        timestamp: Timestamp,
        text: String,
        expiry: Int64?
    ) throws(AuthenticationFailure) {
        let parts = credential.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[4] == "aws4_request", text.hasPrefix(parts[1]), parts[1].utf8.count == 8 else {
            throw .malformed("the credential \"\(credential)\" is not KEY/DATE/REGION/SERVICE/aws4_request")
        }
        accessKeyID = String(parts[0])
        date = String(parts[1])
        region = String(parts[2])
        service = String(parts[3])
        self.signedHeaders = signedHeaders.split(separator: ";").map { $0.lowercased() }
        self.signature = String(signature)
        self.timestamp = timestamp
        timestampText = text
        self.expiry = expiry
    }
}
