import XML

/// The XML of a resource's tags.
enum TagSetElement {
    /// Writes the items, by key.
    static func write(_ tags: [String: String], to writer: inout XMLWriter) {
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            writer.element("item") { item in
                item.element("key", key)
                item.element("value", value)
            }
        }
    }
}
