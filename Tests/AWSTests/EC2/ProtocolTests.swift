import AWS
import Foundation
import TestSupport
import Testing
import XML

@testable import HTTPClient
@testable import WireEncoding

@Suite("The EC2 Query protocol against botocore's suite")
struct ProtocolTests {
    /// What the suite asks for and ferry does not do, with the reason.
    private static let requestExceptions: [String: String] = [
        "SDKAppliedContentEncoding_ec2Query": "no operation of EC2 takes compressed requests",
        "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query": "no operation of EC2 takes compressed requests",
        "Ec2ProtocolIdempotencyTokenAutoFill": "ImportVolume has no token, and ferry calls nothing else that has one",
        "Ec2QueryEndpointTrait": "no operation of EC2 has a host of its own",
        "Ec2QueryEndpointTraitWithHostLabel": "no operation of EC2 has a host of its own",
    ]

    @Test("the suite is whole")
    func count() {
        #expect(ProtocolCase.requests.count == 29)
        #expect(ProtocolCase.responses.count == 29)
        let ids = Set(ProtocolCase.requests.map(\.id))
        #expect(Self.requestExceptions.keys.allSatisfy(ids.contains))
    }

    @Test(
        "Each request goes out as the suite wants it",
        arguments: ProtocolCase.requests.filter { requestExceptions[$0.id] == nil }
    )
    func request(_ example: ProtocolCase) async throws {
        let given = try #require(example.json["given"])
        let action = try #require(given["name"]?.text)
        let server = try LoopbackServer { _, _ in .answer(200, "<\(action)Response/>") }
        let expected = try #require(example.json["serialized"])
        // The server stands for the endpoint's host; a path that the endpoint has stays.
        let path = example.endpoint.flatMap { URL(string: $0)?.path } ?? ""
        let client = serviceClient(.ec2, server.url + path, transport: try HTTPTransport())
        let shape = given["input"]?["shape"]?.text
        let parameters = try shape.map { try Self.structure($0, example.json["params"], example.shapes) }
        _ = try await client.query(action, version: "2020-01-08", parameters ?? QueryParameters())

        let request = try #require(server.requests.first)
        #expect(request.method == expected["method"]?.text)
        #expect(request.target == expected["uri"]?.text)
        let pairs = { (text: String) in text.split(separator: "&").map { $0.removingPercentEncoding ?? "" } }
        let wanted = try #require(expected["body"]?.text)
        #expect(pairs(request.text).sorted() == pairs(wanted).sorted())
        #expect(pairs(request.text).prefix(2) == pairs(wanted).prefix(2))
        for case (let name, .text(let value)) in Self.members(expected["headers"]) {
            #expect(request.headers[name.lowercased()] == value)
        }
        #expect(request.headers["content-length"] == String(request.body.count))
        server.stop()
    }

    private static func members(_ json: JSONValue?) -> [(String, JSONValue)] {
        guard case .object(let members) = json else { return [] }
        return members.sorted { $0.key < $1.key }
    }

    /// A structure's parameters. ferry has no model of EC2: that a name begins with a capital, and which name a member
    /// has, is what its operations know by themselves, and here the suite's model says.
    private static func structure(
        _ shape: String,
        _ json: JSONValue?,
        _ shapes: [String: JSONValue]
    ) throws -> QueryParameters {
        var parameters = QueryParameters()
        for (member, value) in members(json) {
            let description = try #require(
                shapes[shape]?["members"]?[member] ?? shapes[shape]?["members"]?[
                    member.prefix(1).uppercased() + member.dropFirst()
                ]
                    ?? shapes[shape]?["members"]?[member.prefix(1).lowercased() + member.dropFirst()]
            )
            let location = description["locationName"]?.text ?? member
            let name = description["queryName"]?.text ?? location.prefix(1).uppercased() + location.dropFirst()
            let target = try #require(description["shape"]?.text)
            try add(String(name), target, value, shapes, to: &parameters)
        }
        return parameters
    }

    private static func add(
        _ name: String,
        _ shape: String,
        _ value: JSONValue,
        _ shapes: [String: JSONValue],
        to parameters: inout QueryParameters
    ) throws {
        let type = shapes[shape]?["type"]?.text
        switch (type, value) {
        case ("structure", _):
            parameters.add(name, try structure(shape, value, shapes))
        case ("list", .list(let values)):
            let member = try #require(shapes[shape]?["member"]?["shape"]?.text)
            if shapes[member]?["type"]?.text == "structure" {
                parameters.add(name, list: try values.map { try structure(member, $0, shapes) })
            } else {
                parameters.add(name, list: values.compactMap(\.text))
            }
        case ("timestamp", .number(let seconds)):
            let isISO = ["iso8601", nil].contains(shapes[shape]?["timestampFormat"]?.text)
            parameters.add(name, isISO ? ISO8601Time.text(Int64(seconds)) : String(Int64(seconds)))
        // ferry sends no numbers with a fraction and no bytes: their text is the test's.
        case ("float", .number(let number)), ("double", .number(let number)): parameters.add(name, "\(number)")
        case ("blob", .text(let text)): parameters.add(name, Data(text.utf8).base64EncodedString())
        case (_, .number(let number)): parameters.add(name, Int64(number))
        case (_, .truth(let truth)): parameters.add(name, truth)
        case (_, .text(let text)): parameters.add(name, text)
        default: Issue.record("\(name) is of the type \(type ?? "none")")
        }
    }

    @Test("Each response is read as the suite wants it", arguments: ProtocolCase.responses)
    func response(_ example: ProtocolCase) async throws {
        let response = try #require(example.json["response"])
        let body = response["body"]?.text ?? ""
        guard case .number(let status) = response["status_code"] else {
            Issue.record("the case has no status")
            return
        }
        let server = try LoopbackServer { _, _ in .answer(Int(status), body) }
        defer { server.stop() }
        let client = serviceClient(.ec2, server.url, transport: try HTTPTransport())
        guard status == 200 else {
            let error = await failure { () async throws(AWSError) in try await client.query("A", version: "v") }
            #expect(error?.code == Self.errorCodes[example.id])
            #expect(error?.status == Int(status))
            #expect(error?.requestID == "foo-id")
            guard case .service(_, _, let message) = error?.kind else {
                Issue.record("it is no error of the service's")
                return
            }
            // Members of one error's own, which the other case has, are nothing that ferry could act on.
            if let expected = example.json["error"]?["Message"]?.text { #expect(message == expected) }
            return
        }
        let action = try #require(example.json["given"]?["name"]?.text)
        let root = try await client.query(action, version: "v")
        let shape = example.json["given"]?["output"]?["shape"]?.text
        let value = try shape.map { try Self.value(root, $0, example.shapes) } ?? .object([:])
        #expect(value == example.json["result"] ?? .object([:]))
    }

    /// The codes of the suite's errors, as botocore's model names their shapes.
    private static let errorCodes = [
        "Ec2InvalidGreetingError": "InvalidGreeting", "Ec2ComplexError": "ComplexError",
    ]

    /// What an element says, by the suite's model.
    private static func value(
        _ element: XMLElement,
        _ shape: String,
        _ shapes: [String: JSONValue]
    ) throws -> JSONValue {
        let description = try #require(shapes[shape])
        switch description["type"]?.text {
        case "structure":
            var result: [String: JSONValue] = [:]
            for case (let name, .object(let member)) in members(description["members"]) {
                let tag = member["locationName"]?.text ?? name
                let target = try #require(member["shape"]?.text)
                let isFlat = member["flattened"] == .truth(true) || shapes[target]?["flattened"] == .truth(true)
                if isFlat, shapes[target]?["type"]?.text == "list" {
                    let itemName = shapes[target]?["member"]?["locationName"]?.text
                    let item = try #require(shapes[target]?["member"]?["shape"]?.text)
                    let found = element.children.filter { $0.name == tag || $0.name == itemName }
                    if !found.isEmpty { result[name] = .list(try found.map { try value($0, item, shapes) }) }
                } else if let child = element.child(tag) {
                    result[name] = try value(child, target, shapes)
                }
            }
            return .object(result)
        case "list":
            let item = try #require(description["member"]?["shape"]?.text)
            return .list(try element.children.map { try value($0, item, shapes) })
        case "map":
            let item = try #require(description["value"]?["shape"]?.text)
            var result: [String: JSONValue] = [:]
            for entry in element.children {
                let (key, content) = (try #require(entry.text("key")), try #require(entry.child("value")))
                result[key] = try value(content, item, shapes)
            }
            return .object(result)
        case "boolean": return .truth(element.text == "true")
        case "integer", "long":
            let number = try #require(Int64(element.text))
            return .number(Double(number))
        case "float", "double":
            return Double(element.text).map { $0.isFinite ? .number($0) : .text(element.text) } ?? .null
        case "blob":
            let data = try #require(Data(base64Encoded: element.text))
            return .text(String(decoding: data, as: UTF8.self))
        case "timestamp":
            let seconds =
                ISO8601Time.date(element.text)?.timeIntervalSince1970 ?? HTTPDate.seconds(element.text).map(Double.init)
                ?? Double(element.text)
            let moment = try #require(seconds)
            return .number((moment * 1000).rounded() / 1000)
        default: return .text(element.text)
        }
    }
}
