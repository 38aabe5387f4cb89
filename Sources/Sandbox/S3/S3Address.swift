import WireEncoding

/// Which bucket and object a request is about.
struct S3Address: Sendable {
    /// The bucket; `nil` for the service itself.
    let bucket: String?
    /// The object; `nil` for the bucket itself.
    let key: ObjectKey?

    /// Reads it from the path, or from a host name `<bucket>.localhost` and the path
    /// (Amazon S3 User Guide, "Virtual hosting of general purpose buckets").
    init(_ request: ServerRequest) throws(S3Error) {
        let host = request.headers["host"].map { $0.prefix { $0 != ":" } } ?? ""
        var path = request.path.drop { $0 == "?" }
        guard path.first == "/" else { throw .invalidURI }
        path.removeFirst()
        if let bucket = Self.bucket(ofHost: host) {
            self.bucket = bucket
        } else {
            let name = path.prefix { $0 != "/" }
            path = path.dropFirst(name.count)
            if path.first == "/" { path.removeFirst() }
            guard let name = PercentEncoding.strictlyDecoded(name) else { throw .invalidURI }
            bucket = name.isEmpty ? nil : name
        }
        guard let key = PercentEncoding.strictlyDecoded(path) else { throw .invalidURI }
        guard key.utf8.count <= ObjectKey.longest else { throw .keyTooLong }
        self.key = key.isEmpty ? nil : ObjectKey(key)
    }

    /// The bucket that a host name carries in front of `.localhost`; `nil` for any other host name.
    static func bucket(ofHost host: some StringProtocol) -> String? {
        let suffix = ".localhost"
        guard host.hasSuffix(suffix), host.count > suffix.count else { return nil }
        return String(host.dropLast(suffix.count))
    }
}
