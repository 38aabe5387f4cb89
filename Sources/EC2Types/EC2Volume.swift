/// A volume as DescribeVolumes lists it (EC2 API Reference, `Volume`).
package struct EC2Volume: Hashable, Sendable {
    /// The volume's id.
    package var id: String
    /// When EC2 created it (ISO 8601, UTC): the later of two such texts sorts behind the earlier.
    package var created: String?
    /// The Availability Zone.
    package var zone: String?
    /// The size in GiB.
    package var size: Int?
    /// The tags.
    package var tags: [String: String]

    /// Describes a volume.
    package init(
        id: String,
        created: String? = nil,
        zone: String? = nil,
        size: Int? = nil,
        tags: [String: String] = [:]
    ) {
        self.id = id
        self.created = created
        self.zone = zone
        self.size = size
        self.tags = tags
    }
}
