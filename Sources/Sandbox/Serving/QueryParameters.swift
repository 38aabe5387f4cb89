/// The names and values of a URL's query, or of a form body, in the order they came.
package struct QueryParameters: Sendable {
    /// The decoded pairs; a name without `=` has an empty value.
    let items: [(name: String, value: String)]

    /// Reads `a=b&c`; `nil` for a wrong escape and for bytes that aren't UTF-8.
    init?(_ query: some StringProtocol) {
        var items: [(name: String, value: String)] = []
        for item in query.split(separator: "&") {
            let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = halves.first.flatMap({ PercentDecoding.decodeText($0, plusIsSpace: true) }),
                let value = PercentDecoding.decodeText(halves.count == 2 ? halves[1] : "", plusIsSpace: true)
            else { return nil }
            items.append((name, value))
        }
        self.items = items
    }

    /// The first value under `name`.
    subscript(_ name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// Whether `name` is there, with or without a value.
    func contains(_ name: String) -> Bool {
        items.contains { $0.name == name }
    }
}
