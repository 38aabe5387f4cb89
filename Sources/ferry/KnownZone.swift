/// An Availability Zone that the account has.
struct KnownZone: Hashable {
    /// The name, such as `us-east-1a`.
    var name: String
    /// The id, such as `use1-az6`, where the service gives one.
    var id: String?
}
