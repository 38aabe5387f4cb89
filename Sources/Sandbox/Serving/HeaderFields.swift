/// The header fields of a request, by lower-case name.
struct HeaderFields: Sendable {
    private var values: [String: String] = [:]

    /// No fields.
    init() {}

    /// Adds a field. Values of one name are joined by a comma, which is what RFC 9110 (section 5.3) says they mean and
    /// what Signature Version 4 signs.
    mutating func append(name: String, value: String) {
        let name = name.lowercased()
        values[name] = values[name].map { "\($0),\(value)" } ?? value
    }

    /// The value under `name`, which is given in lower case.
    subscript(_ name: String) -> String? { values[name] }

    /// The lower-case names, in no order.
    var names: some Sequence<String> { values.keys }

    /// The names that begin with `prefix`, without it, and their values.
    func withPrefix(_ prefix: String) -> [String: String] {
        var found: [String: String] = [:]
        for (name, value) in values where name.hasPrefix(prefix) {
            found[String(name.dropFirst(prefix.count))] = value
        }
        return found
    }
}
