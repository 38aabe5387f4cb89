/// Where an object in S3 is, and which version of it, if one is named.
package struct ObjectLocation: Hashable, Sendable {
    /// The bucket.
    package var bucket: String
    /// The key.
    package var key: String
    /// The version's id; `nil` for the newest.
    package var version: String?

    /// Names an object.
    package init(bucket: String, key: String, version: String? = nil) {
        self.bucket = bucket
        self.key = key
        self.version = version
    }

    /// The URL without the version: its end is that of the key, such as `.vmdk`.
    package var name: String { "s3://\(bucket)/\(key)" }
}

extension ObjectLocation: CustomStringConvertible {
    /// The URL, as a migration manifest writes it: `s3://bucket/key` or `s3://bucket/key?versionId=…`.
    package var description: String { version.map { "\(name)?versionId=\($0)" } ?? name }
}
