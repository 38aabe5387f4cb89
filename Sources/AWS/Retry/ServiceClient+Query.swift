import Hashing

/// The Query protocol of EC2 and STS: a form with the operation's name goes out, a document of XML comes back.
extension ServiceClient {
    /// A call of the protocol.
    ///
    /// - Parameters:
    ///   - action: The operation.
    ///   - version: The API's version.
    ///   - parameters: The operation's parameters, in their order.
    ///   - isIdempotent: Whether doing it twice does what doing it once does.
    func queryCall(
        _ action: String,
        version: String,
        _ parameters: [(String, String)],
        isIdempotent: Bool
    ) -> ServiceCall {
        var form = "Action=\(PercentEncoding.encode(action))&Version=\(version)"
        for (name, value) in parameters { form += "&\(name)=\(PercentEncoding.encode(value))" }
        let body = Array(form.utf8)
        let request = HTTPRequest(
            method: "POST",
            url: endpoint.url + "/",
            headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            body: .bytes(body)
        )
        return ServiceCall(
            operation: action,
            request: request,
            payloadHash: SHA256.digest(of: body).hex,
            isIdempotent: isIdempotent
        )
    }

    /// Makes a call and reads its answer.
    func document(of call: ServiceCall) async throws(AWSError) -> XMLElement {
        let response = try await perform(call)
        do throws(XMLError) {
            return try XMLElement.parse(response.body)
        } catch {
            throw failure(call, .malformedAnswer(error.description))
        }
    }
}
