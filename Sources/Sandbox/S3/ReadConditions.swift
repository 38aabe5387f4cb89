/// The conditions of a GET or HEAD (RFC 9110, section 13; Amazon S3 API Reference, "GetObject").
enum ReadConditions {
    /// Checks them against the object that would be sent.
    static func check(_ headers: HeaderFields, object: StoredObject) throws(S3Error) {
        if let list = headers["if-match"] {
            guard EntityTag.list(list, names: object.etag) else { throw .preconditionFailed("If-Match") }
        } else if let date = headers["if-unmodified-since"].flatMap({ Timestamp(httpDate: $0) }) {
            guard object.modified.seconds <= date.seconds else { throw .preconditionFailed("If-Unmodified-Since") }
        }
        if let list = headers["if-none-match"] {
            guard !EntityTag.list(list, names: object.etag) else { throw .notModified(etag: object.etag) }
        } else if let date = headers["if-modified-since"].flatMap({ Timestamp(httpDate: $0) }) {
            guard object.modified.seconds > date.seconds else { throw .notModified(etag: object.etag) }
        }
    }
}
