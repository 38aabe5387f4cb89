/// What must be there for a conditional write to happen (S3 User Guide, “Conditional writes”).
package enum WriteCondition: Hashable, Sendable {
    /// No object.
    case absent
    /// The object whose `ETag` this is, quotes included.
    case unchanged(entityTag: String)

    var header: (String, String) {
        switch self {
        case .absent: ("If-None-Match", "*")
        case .unchanged(let entityTag): ("If-Match", entityTag)
        }
    }
}
