/// What is kept of an object beside its bytes.
struct StoredObject: Codable, Sendable {
    /// The key.
    var key: String
    /// The name of the file that holds the bytes.
    var blob: String
    /// The number of bytes.
    var size: Int64
    /// The entity tag without its quotes: the MD5 of the bytes; for a multipart upload that of its parts' MD5s.
    var etag: String
    /// When it was stored.
    var modified: Timestamp
    /// What the client said about the content.
    var attributes: ObjectAttributes
    /// The checksum that was verified, if the client gave one.
    var checksum: ObjectChecksum?
}

/// What a client says about an object's content, and gets back with it.
struct ObjectAttributes: Codable, Sendable {
    /// Fields that S3 keeps and gives back as they are ("PutObject", request headers).
    private static let kept = [
        "cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires",
    ]

    /// Header fields by lower-case name; `content-type` is always there.
    var headers: [String: String]
    /// User metadata by lower-case name, without `x-amz-meta-`.
    var metadata: [String: String]

    /// Takes what belongs to the object from a request's header fields.
    init(_ fields: HeaderFields) {
        var headers: [String: String] = ["content-type": "binary/octet-stream"]
        for name in Self.kept {
            if let value = fields[name] {
                headers[name] = value
            }
        }
        // The coding of the transfer is none of the object's.
        let codings = headers["content-encoding"]?.split(separator: ",").map { $0.drop { $0 == " " } }
        if let codings {
            let kept = codings.filter { $0 != "aws-chunked" }
            headers["content-encoding"] = kept.isEmpty ? nil : kept.joined(separator: ",")
        }
        self.headers = headers
        metadata = fields.withPrefix("x-amz-meta-")
    }

    /// The fields of an answer.
    var fields: [(name: String, value: String)] {
        headers.map { ($0.key, $0.value) } + metadata.map { ("x-amz-meta-\($0.key)", $0.value) }
    }
}

/// A checksum in the form of the `x-amz-checksum-*` headers.
struct ObjectChecksum: Codable, Sendable {
    /// The algorithm.
    let algorithm: ChecksumAlgorithm
    /// The check value in base64; for a multipart upload the value over its parts' values, `-`, and their number.
    let value: String
}
