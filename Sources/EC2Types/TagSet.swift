package import XML

/// The XML of a resource's tags (EC2 API Reference, `Tag`).
package enum TagSet {
    /// Writes the items of a `tagSet`, sorted by key.
    package static func write(_ tags: [String: String], to writer: inout XMLWriter) {
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            writer.element("item") { item in
                item.element("key", key)
                item.element("value", value)
            }
        }
    }
}
