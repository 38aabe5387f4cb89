/// The condition of a conditional write (Amazon S3 User Guide, “Conditional writes”).
package enum WriteCondition: Hashable, Sendable {
    /// No object has the key.
    case absent
    /// The object with this `ETag`, quotes included, has the key.
    case unchanged(entityTag: String)

    /// The header field that carries the condition.
    package var header: (name: String, value: String) {
        switch self {
        case .absent: ("If-None-Match", "*")
        case .unchanged(let entityTag): ("If-Match", entityTag)
        }
    }
}
