import WireEncoding

/// The parameters of an EC2 Query request.
struct EC2Parameters: Sendable {
    private let values: [String: String]

    /// Takes the parameters of the query and of the form; the form's win.
    init(query: QueryParameters, form: QueryParameters) {
        var values: [String: String] = [:]
        for item in query.pairs + form.pairs {
            values[item.name] = item.value
        }
        self.values = values
    }

    /// All names and values.
    var all: [String: String] { values }

    /// The value under a name.
    subscript(_ name: String) -> String? { values[name] }

    /// The value under a name that must be there.
    func required(_ name: String) throws(EC2Error) -> String {
        guard let value = values[name], !value.isEmpty else { throw .missingParameter(name) }
        return value
    }

    /// A whole number in a range.
    func integer(_ name: String, _ text: String, in range: ClosedRange<Int64>) throws(EC2Error) -> Int64 {
        guard let number = Int64(text), range.contains(number) else {
            throw .invalidParameterValue("Value (\(text)) for parameter \(name) is invalid.")
        }
        return number
    }

    /// The values of `Name.1`, `Name.2` and so on, in the order of their numbers.
    func list(_ name: String) -> [String] {
        let prefix = "\(name)."
        return values.compactMap { item in
            item.key.hasPrefix(prefix) ? Int(item.key.dropFirst(prefix.count)).map { ($0, item.value) } : nil
        }
        .sorted { $0.0 < $1.0 }
        .map(\.1)
    }

    /// The pairs `Name.1.Key`, `Name.1.Value` and so on, in the order of their numbers.
    func pairs(_ name: String) -> [(key: String, value: String)] {
        let prefix = "\(name)."
        return values.compactMap { item -> (Int, String, String)? in
            guard item.key.hasPrefix(prefix), item.key.hasSuffix(".Key"),
                let number = Int(item.key.dropFirst(prefix.count).dropLast(".Key".count))
            else { return nil }
            return (number, item.value, values["\(prefix)\(number).Value"] ?? "")
        }
        .sorted { $0.0 < $1.0 }
        .map { ($0.1, $0.2) }
    }

    /// Whether `DryRun` is set.
    var isDryRun: Bool { values["DryRun"]?.lowercased() == "true" }
}
