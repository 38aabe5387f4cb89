/// The parameters of a call of the Query protocol, in the order they are given. EC2's lists are numbered from 1, and
/// structures are written with dots (EC2 API Reference, “Making requests”).
package struct QueryParameters: Sendable {
    /// Names and values, before they are encoded.
    package private(set) var pairs: [(name: String, value: String)] = []

    /// No parameters.
    package init() {}

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
