package import Hashing
package import WireEncoding

/// One state of an object in S3: as long as the object is in it, its bytes are the same.
///
/// It stands where the content's digest stands for a file: nobody reads a terabyte through this machine to know it. It is
/// an object of its own so that the imports of files, of which there may be a hundred thousand, have room for a pointer
/// only.
package final class S3ObjectVersion: Sendable {
    /// The bucket.
    package let bucket: String
    /// The key.
    package let key: String
    /// The version that S3 gave it; `nil` where the bucket never had versions.
    package let version: String?
    /// The `ETag`, without its quotes.
    package let entityTag: String
    /// The object's length in bytes.
    package let bytes: Int64

    /// Describes a state.
    package init(bucket: String, key: String, version: String? = nil, entityTag: String, bytes: Int64) {
        self.bucket = bucket
        self.key = key
        self.version = version
        self.entityTag = entityTag
        self.bytes = bytes
    }

    /// The object, as it is asked for in this state.
    package var location: ObjectLocation { ObjectLocation(bucket: bucket, key: key, version: version) }

    /// Whether S3 gives these bytes under this name for as long as it has them. A version called `null` is from before the
    /// bucket had versions, or while they are suspended, and can be overwritten as an object without one.
    package var isLasting: Bool { lastingVersion != nil }

    private var lastingVersion: String? { version == "null" ? nil : version }

    /// What stands for the content's digest.
    package var digest: SHA256Digest {
        var text = "ferry object 1\nbucket \(bucket)\nkey \(key)\n"
        if let lastingVersion { text += "version \(lastingVersion)\n" }
        text += "etag \(entityTag)\nbytes \(bytes)\n"
        return SHA256.digest(of: text)
    }
}

extension S3ObjectVersion: Hashable {
    private var fields: [String?] { [bucket, key, version, entityTag, String(bytes)] }

    package static func == (left: S3ObjectVersion, right: S3ObjectVersion) -> Bool {
        left === right || left.fields == right.fields
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(fields)
    }
}
