import JSON
import TerminalText

/// An object's state beside the image's other facts: its length is among those.
extension S3ObjectVersion {
    /// Writes the fields of a state into the present object.
    func write(to writer: inout JSONWriter) {
        writer.string("bucket", bucket)
        writer.string("key", key)
        writer.string("version", version)
        writer.string("etag", entityTag)
    }

    /// What ``write(to:)`` wrote.
    struct Fields {
        private let bucket, key, entityTag: String
        private let version: String?

        /// Reads the fields.
        ///
        /// - Parameter isStrict: Whether there may be no others.
        init(from reader: inout JSONReader, isStrict: Bool = false) throws(JSONError) {
            var bucket, key, version, entityTag: String?
            try reader.object { (reader, name) throws(JSONError) in
                func read(_ field: inout String?) throws(JSONError) {
                    try reader.once(&field, name) { (reader) throws(JSONError) in
                        let text = try reader.string()
                        guard !text.isEmpty else { throw reader.error("a text that is empty") }
                        return text
                    }
                }
                switch name {
                case "bucket": try read(&bucket)
                case "key": try read(&key)
                case "version": try read(&version)
                case "etag": try read(&entityTag)
                default:
                    guard !isStrict else { throw reader.error("an object has no key \(QuotedText.quoted(name))") }
                    try reader.skip()
                }
            }
            self.bucket = try reader.require(bucket, "bucket")
            self.key = try reader.require(key, "key")
            self.version = version
            self.entityTag = try reader.require(entityTag, "etag")
        }

        /// The state of an object of so many bytes.
        func state(bytes: Int64) -> S3ObjectVersion {
            S3ObjectVersion(bucket: bucket, key: key, version: version, entityTag: entityTag, bytes: bytes)
        }
    }
}
