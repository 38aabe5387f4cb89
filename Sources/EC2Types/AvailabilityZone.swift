package import XML

/// A zone of a region (EC2 API Reference, `AvailabilityZone`).
package struct AvailabilityZone: Hashable, Sendable {
    /// The name, such as `us-east-1a`, which may be another zone in another account.
    package var name: String
    /// The id, such as `use1-az6`, which is the same zone in all accounts; `nil` if the service gives none.
    package var id: String?
    /// `available`, or why it is not, in EC2's words.
    package var state: String
    /// The region.
    package var region: String

    package init?(_ element: XMLElement) {
        guard let name = element.text("zoneName") else { return nil }
        self.name = name
        id = element.text("zoneId")
        state = element.text("zoneState") ?? ""
        region = element.text("regionName") ?? ""
    }
}
