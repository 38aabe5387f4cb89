import WireEncoding

extension WriteCondition {
    /// Reads the condition of a request from its header fields; `nil` if it has none.
    static func read(_ headers: HeaderFields) throws(S3Error) -> WriteCondition? {
        if let value = headers["if-none-match"] {
            guard value == "*" else {
                throw .notImplemented("If-None-Match with an entity tag on a write")
            }
            return .absent
        }
        return headers["if-match"].map { .unchanged(entityTag: $0) }
    }

    /// Checks the object that is there under `key`.
    func check(_ existing: StoredObject?, key: ObjectKey) throws(S3Error) {
        switch self {
        case .absent:
            guard existing == nil else { throw .preconditionFailed("If-None-Match") }
        case .unchanged(let tag):
            guard let existing else { throw .noSuchKey(key.text) }
            guard EntityTag.list(tag, names: existing.etag) else { throw .preconditionFailed("If-Match") }
        }
    }
}
