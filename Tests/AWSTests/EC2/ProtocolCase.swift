import Foundation
import Testing

/// A value of JSON, for test data whose shape another part of it describes.
enum JSONValue: Decodable, Hashable, Sendable {
    case null
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .truth(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var text: String? { if case .text(let value) = self { value } else { nil } }
}

/// A case of `Suites/ec2-protocol`, with the shapes that describe it.
struct ProtocolCase: Sendable, CustomTestStringConvertible {
    let id: String
    let json: JSONValue
    let shapes: [String: JSONValue]
    /// The endpoint of the client, if the case has one of its own.
    let endpoint: String?

    var testDescription: String { id }

    static let requests = load("input")
    static let responses = load("output")

    private struct Group: Decodable {
        let shapes: [String: JSONValue]?
        let cases: [JSONValue]
        let clientEndpoint: String?
    }

    private static func load(_ name: String) -> [ProtocolCase] {
        guard
            let url = Bundle.module.url(
                forResource: name,
                withExtension: "json",
                subdirectory: "Suites/ec2-protocol"
            ),
            let data = try? Data(contentsOf: url), let groups = try? JSONDecoder().decode([Group].self, from: data)
        else {
            Issue.record("Suites/ec2-protocol/\(name).json cannot be read")
            return []
        }
        return groups.flatMap { group in
            group.cases.map { json in
                ProtocolCase(
                    id: json["id"]?.text ?? "",
                    json: json,
                    shapes: group.shapes ?? [:],
                    endpoint: group.clientEndpoint
                )
            }
        }
    }
}
