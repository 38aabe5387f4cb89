/// The parameters of a URL's query, a form or a call of the Query protocol, in the order they are given. EC2's lists are
/// numbered from 1, and structures are written with dots (EC2 API Reference, “Making requests”).
package struct QueryParameters: Sendable {
    /// Names and values, before they are encoded.
    package private(set) var pairs: [(name: String, value: String)] = []

    /// No parameters.
    package init() {}

    /// Reads a URL's query or the body of a form, such as `a=b&c`; `nil` for an invalid escape and for bytes that are not
    /// UTF-8. A name without `=` has an empty value.
    package init?(decoding query: some StringProtocol) {
        for item in query.split(separator: "&") {
            let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.strictlyDecoded(halves[0], isForm: true),
                let value = PercentEncoding.strictlyDecoded(halves.count == 2 ? halves[1] : "", isForm: true)
            else { return nil }
            pairs.append((name, value))
        }
    }

    /// The first value of a name.
    package subscript(_ name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// Whether a name occurs, with or without a value.
    package func contains(_ name: String) -> Bool {
        pairs.contains { $0.name == name }
    }

    /// Adds a text; nothing if it is `nil`.
    package mutating func add(_ name: String, _ value: String?) {
        if let value { pairs.append((name, value)) }
    }

    /// Adds a number.
    package mutating func add(_ name: String, _ value: some BinaryInteger) {
        pairs.append((name, String(value)))
    }

    /// Adds a truth value.
    package mutating func add(_ name: String, _ value: Bool) {
        pairs.append((name, value ? "true" : "false"))
    }

    /// Adds a list of texts; nothing if it is empty.
    package mutating func add(_ name: String, list: some Sequence<String>) {
        for (index, value) in list.enumerated() { pairs.append(("\(name).\(index + 1)", value)) }
    }

    /// Adds a structure.
    package mutating func add(_ name: String, _ structure: QueryParameters) {
        for pair in structure.pairs { pairs.append(("\(name).\(pair.name)", pair.value)) }
    }

    /// Adds a list of structures.
    package mutating func add(_ name: String, list: [QueryParameters]) {
        for (index, structure) in list.enumerated() { add("\(name).\(index + 1)", structure) }
    }
}
