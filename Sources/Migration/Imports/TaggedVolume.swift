/// A volume with its tags, as DescribeVolumes lists it.
package struct TaggedVolume: Hashable, Sendable {
    /// The volume's id.
    package var id: String
    /// When EC2 created it (ISO 8601, UTC): the later of two such texts sorts behind the earlier.
    package var created: String?
    /// The tags.
    package var tags: [String: String]

    /// Describes a volume.
    package init(id: String, created: String? = nil, tags: [String: String]) {
        self.id = id
        self.created = created
        self.tags = tags
    }
}
