/// A volume with its tags.
package struct TaggedVolume: Hashable, Sendable {
    /// Its id.
    package var id: String
    /// When it was made (ISO 8601, UTC): of two such texts the later sorts behind the earlier.
    package var created: String?
    /// Its tags.
    package var tags: [String: String]

    /// Describes a volume.
    package init(id: String, created: String? = nil, tags: [String: String]) {
        self.id = id
        self.created = created
        self.tags = tags
    }
}
