import Foundation
import YAML

/// A JSON value, for holding the schema against what the decoder reads.
enum JSONValue: Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var array: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
    var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
}

extension JSONValue: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}

extension JSONValue {
    /// What an editor that follows the core schema of YAML 1.2 takes a node for (YAML 1.2.2, section 10.3.2).
    init(_ node: YAMLNode) {
        switch node.kind {
        case .unreadable: self = .null
        case .sequence: self = .array(node.items.map(JSONValue.init))
        case .mapping:
            self = .object(Dictionary(node.pairs.map { ($0.key, JSONValue($0.value)) }) { first, _ in first })
        case .scalar: self = node.isPlain ? Self.plain(node) : .string(node.text)
        }
    }

    private static func plain(_ node: YAMLNode) -> JSONValue {
        let text = node.text
        if node.isNull { return .null }
        if ["true", "True", "TRUE"].contains(text) { return .boolean(true) }
        if ["false", "False", "FALSE"].contains(text) { return .boolean(false) }
        let isNumber = text.wholeMatch(of: /[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) != nil
        if isNumber, let number = Double(text) { return .number(number) }
        if text.hasPrefix("0x"), let number = Int(text.dropFirst(2), radix: 16) { return .number(Double(number)) }
        return .string(text)
    }
}
