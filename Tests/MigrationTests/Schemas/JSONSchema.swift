import Foundation

/// A validator for the part of JSON Schema draft-07 that the schemas of this repository use.
struct JSONSchema {
    private let root: JSONValue

    private static let annotations: Set<String> = [
        "$schema", "title", "description", "examples", "default", "definitions",
    ]

    init(_ json: Data) throws {
        root = try JSONDecoder().decode(JSONValue.self, from: json)
    }

    /// Whether a value is as the schema says.
    func accepts(_ value: JSONValue) throws -> Bool {
        try accepts(value, root)
    }

    /// A keyword the validator does not know: to pass over it would make every comparison worthless.
    struct UnknownKeyword: Error {
        var keyword: String
    }

    private func accepts(_ value: JSONValue, _ schema: JSONValue) throws -> Bool {
        for (keyword, argument) in schema.object ?? [:] where !Self.annotations.contains(keyword) {
            guard try accepts(value, keyword, argument, in: schema) else { return false }
        }
        return true
    }

    private func accepts(
        _ value: JSONValue,
        _ keyword: String,
        _ argument: JSONValue,
        in schema: JSONValue
    ) throws -> Bool {
        switch keyword {
        case "$ref": return try accepts(value, definition(argument))
        // Each is looked at with the “if” beside it.
        case "then": return true
        case "if":
            guard try accepts(value, argument), let then = schema["then"] else { return true }
            return try accepts(value, then)
        case "oneOf": return try (argument.array ?? []).count { try accepts(value, $0) } == 1
        case "allOf": return try (argument.array ?? []).allSatisfy { try accepts(value, $0) }
        case "not": return try !accepts(value, argument)
        case "const": return value == argument
        case "enum": return argument.array?.contains(value) ?? false
        case "type":
            let types = argument.array?.compactMap(\.string) ?? [argument.string].compactMap { $0 }
            return types.contains { Self.isOf(type: $0, value) }
        case "minimum": return value.number.map { $0 >= argument.number ?? 0 } ?? true
        case "maximum": return value.number.map { $0 <= argument.number ?? 0 } ?? true
        case "minLength": return value.string.map { Double($0.unicodeScalars.count) >= argument.number ?? 0 } ?? true
        case "maxLength": return value.string.map { Double($0.unicodeScalars.count) <= argument.number ?? 0 } ?? true
        case "pattern":
            guard let text = value.string, let pattern = argument.string else { return true }
            let expression = try NSRegularExpression(pattern: pattern)
            return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        case "minItems": return value.array.map { Double($0.count) >= argument.number ?? 0 } ?? true
        case "maxItems": return value.array.map { Double($0.count) <= argument.number ?? 0 } ?? true
        case "uniqueItems": return value.array.map(Self.areUnique) ?? true
        case "items": return try value.array?.allSatisfy { try accepts($0, argument) } ?? true
        case "required": return value.object.map { Self.has(argument, $0) } ?? true
        case "maxProperties": return value.object.map { Double($0.count) <= argument.number ?? 0 } ?? true
        case "propertyNames": return try value.object?.keys.allSatisfy { try accepts(.string($0), argument) } ?? true
        case "properties":
            return try value.object?.allSatisfy { key, member in
                try argument[key].map { try accepts(member, $0) } ?? true
            } ?? true
        case "additionalProperties":
            let others = value.object?.filter { schema["properties"]?[$0.key] == nil } ?? [:]
            if case .boolean(let isAllowed) = argument { return isAllowed || others.isEmpty }
            return try others.values.allSatisfy { try accepts($0, argument) }
        default: throw UnknownKeyword(keyword: keyword)
        }
    }

    private func definition(_ reference: JSONValue) throws -> JSONValue {
        let name = reference.string?.split(separator: "/").last.map(String.init) ?? ""
        guard let definition = root["definitions"]?[name] else { throw UnknownKeyword(keyword: "$ref \(name)") }
        return definition
    }

    private static func has(_ required: JSONValue, _ members: [String: JSONValue]) -> Bool {
        (required.array ?? []).allSatisfy { members[$0.string ?? ""] != nil }
    }

    private static func areUnique(_ items: [JSONValue]) -> Bool {
        items.indices.allSatisfy { !items[..<$0].contains(items[$0]) }
    }

    private static func isOf(type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("string", .string), ("number", .number), ("boolean", .boolean), ("array", .array), ("object", .object),
            ("null", .null):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}
