/// An Availability Zone of an account.
package struct KnownZone: Hashable, Sendable {
    /// The name, such as `us-east-1a`.
    package var name: String
    /// The id, such as `use1-az6`; `nil` if the service gives none.
    package var id: String?

    /// Describes a zone.
    package init(name: String, id: String?) {
        self.name = name
        self.id = id
    }
}
