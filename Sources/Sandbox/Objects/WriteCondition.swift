/// What must hold of the object that a write replaces (Amazon S3 User Guide, "Conditional writes").
enum WriteCondition: Sendable {
    case none
    /// `If-None-Match: *`
    case absent
    /// `If-Match` with this entity tag, or `*` for any.
    case matches(String)

    /// Reads the header fields.
    init(_ headers: HeaderFields) throws(S3Error) {
        if let value = headers["if-none-match"] {
            guard value == "*" else {
                throw .notImplemented("If-None-Match with an entity tag on a write")
            }
            self = .absent
        } else if let value = headers["if-match"] {
            self = .matches(value)
        } else {
            self = .none
        }
    }

    /// Checks the object that is there under `key`.
    func check(_ existing: StoredObject?, key: ObjectKey) throws(S3Error) {
        switch self {
        case .none: return
        case .absent:
            guard existing == nil else { throw .preconditionFailed("If-None-Match") }
        case .matches(let tag):
            guard let existing else { throw .noSuchKey(key.text) }
            guard EntityTag.list(tag, names: existing.etag) else { throw .preconditionFailed("If-Match") }
        }
    }
}
