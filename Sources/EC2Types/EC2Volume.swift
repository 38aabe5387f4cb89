package import XML

/// A volume as DescribeVolumes tells of it.
package struct EC2Volume: Hashable, Sendable {
    /// Its id.
    package var id: String
    /// When it was made, as EC2 writes it (ISO 8601, UTC): of two such texts the later sorts behind the earlier.
    package var created: String?
    /// Its tags.
    package var tags: [String: String]

    /// Reads an item of a `volumeSet`; `nil` for what has no id, or is being deleted.
    package init?(_ element: XMLElement) {
        guard let id = element.text("volumeId") else { return nil }
        let status = element.text("status")
        guard status != "deleting", status != "deleted" else { return nil }
        self.id = id
        created = element.text("createTime")
        tags = [:]
        for tag in element.child("tagSet")?.children ?? [] {
            guard let key = tag.text("key") else { continue }
            tags[key] = tag.text("value") ?? ""
        }
    }
}
