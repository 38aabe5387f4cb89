/// Where an object is in S3, and which version of it if one is selected.
package struct ObjectLocation: Hashable, Sendable {
    /// What the URL of an object begins with.
    package static let scheme = "s3://"
    private static let versionMark = "?versionId="

    /// The bucket.
    package var bucket: String
    /// The key.
    package var key: String
    /// The ID of the version; `nil` for the newest.
    package var version: String?

    /// Names an object.
    package init(bucket: String, key: String, version: String? = nil) {
        self.bucket = bucket
        self.key = key
        self.version = version
    }

    /// Splits `s3://bucket/key` or `s3://bucket/key?versionId=…`; `nil` for any other text.
    ///
    /// The key is not empty and ends at the first `?versionId=`. Whether S3 takes the bucket, the key and the version is
    /// not checked.
    package init?(splitting url: String) {
        guard url.hasPrefix(Self.scheme) else { return nil }
        let path = url.dropFirst(Self.scheme.count)
        guard let slash = path.firstIndex(of: "/") else { return nil }
        let rest = path[path.index(after: slash)...]
        let mark = rest.firstRange(of: Self.versionMark)
        let key = rest[..<(mark?.lowerBound ?? rest.endIndex)]
        guard !key.isEmpty else { return nil }
        self.init(
            bucket: String(path[..<slash]),
            key: String(key),
            version: mark.map { String(rest[$0.upperBound...]) }
        )
    }

    /// The URL without the version. It ends as the key does, in `.vmdk` for example.
    package var name: String { "\(Self.scheme)\(bucket)/\(key)" }

    /// The last component of the key.
    package var fileName: String {
        key.lastIndex(of: "/").map { String(key[key.index(after: $0)...]) } ?? key
    }
}

extension ObjectLocation: CustomStringConvertible {
    /// The URL: `s3://bucket/key` or `s3://bucket/key?versionId=…`.
    package var description: String { version.map { "\(name)\(Self.versionMark)\($0)" } ?? name }
}
