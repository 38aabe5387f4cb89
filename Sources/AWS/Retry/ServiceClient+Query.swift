import HTTPClient
import Hashing
package import WireEncoding
package import XML

/// The Query protocol of EC2 and STS: a form with the operation's name goes out, a document of XML comes back.
extension ServiceClient {
    /// Makes a call and reads its answer.
    ///
    /// - Parameters:
    ///   - action: The operation.
    ///   - version: The API's version.
    ///   - parameters: The operation's parameters.
    ///   - isIdempotent: Whether doing it twice does what doing it once does.
    package func query(
        _ action: String,
        version: String,
        _ parameters: QueryParameters = QueryParameters(),
        isIdempotent: Bool = true
    ) async throws(AWSError) -> XMLElement {
        try await document(of: queryCall(action, version: version, parameters, isIdempotent: isIdempotent))
    }

    func queryCall(
        _ action: String,
        version: String,
        _ parameters: QueryParameters,
        isIdempotent: Bool
    ) -> ServiceCall {
        var body: [UInt8] = []
        body.reserveCapacity(1024)
        body += "Action=".utf8
        body += action.utf8
        body += "&Version=".utf8
        body += version.utf8
        for (name, value) in parameters.pairs {
            body.append(UInt8(ascii: "&"))
            body += name.utf8
            body.append(UInt8(ascii: "="))
            PercentEncoding.append(value.utf8, to: &body)
        }
        let request = HTTPRequest(
            method: "POST",
            url: endpoint.url + "/",
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: .bytes(body)
        )
        return ServiceCall(
            operation: action,
            request: request,
            payloadHash: SHA256.digest(of: body).hex,
            isIdempotent: isIdempotent
        )
    }

    func document(of call: ServiceCall) async throws(AWSError) -> XMLElement {
        let response = try await perform(call)
        do throws(XMLError) {
            let root = try XMLElement.parse(response.body)
            guard root.name == call.operation + "Response" else {
                throw XMLError(description: "its root element is \(root.name), not \(call.operation)Response")
            }
            return root
        } catch {
            throw failure(call, .malformedAnswer(error.description))
        }
    }
}
