import SigV4
import WireEncoding

/// A request to sign, without a client to send it.
struct SigningRequest {
    var method = "GET"
    var url: String
    var headers: [(name: String, value: String)] = []
}

extension SigV4 {
    /// Appends the header fields that sign a request.
    func sign(
        _ request: inout SigningRequest,
        payloadHash: String,
        credentials: AWSCredentials,
        at time: SigningTime
    ) throws(UnsignableURL) {
        request.headers += try authorization(
            of: request.method,
            url: request.url,
            headers: request.headers,
            payloadHash: payloadHash,
            credentials: credentials,
            at: time
        )
    }
}
