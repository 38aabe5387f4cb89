import HTTPTypes
import HummingbirdCore
import NIOCore
import WireEncoding

/// A request as the services see it: the head in the form that was signed, the body still on the connection.
///
/// It belongs to the task that serves its connection.
struct ServerRequest {
    /// The method, in upper case.
    let method: String
    /// The path as it came, still percent-encoded.
    let path: String
    /// The query as it came, without the `?`.
    let query: String
    /// The query's parameters, decoded.
    let parameters: QueryParameters
    /// The header fields, `host` among them.
    let headers: HeaderFields
    /// The id that the answer will carry.
    let requestID: String

    private let content: RequestBody
    private let connection: Connection

    /// Takes in the head of `request`; `nil` when its query can't be decoded.
    init?(_ request: Request, connection: Connection, requestID: String) {
        let target = request.head.path ?? "/"
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        method = request.method.rawValue
        path = halves.first.map(String.init) ?? "/"
        query = halves.count == 2 ? String(halves[1]) : ""
        guard let parameters = QueryParameters(decoding: query) else { return nil }
        self.parameters = parameters
        var headers = HeaderFields()
        for field in request.headers {
            headers.append(name: field.name.rawName, value: field.value)
        }
        if let authority = request.head.authority {
            headers.append(name: "host", value: authority)
        }
        self.headers = headers
        self.requestID = requestID
        content = request.body
        self.connection = connection
    }

    /// The `Content-Length`; `nil` for a chunked body and for a value that isn't a number.
    var contentLength: Int64? {
        headers["content-length"].flatMap(Int64.init)
    }

    /// Passes the body on as it comes, after telling a client that waits with `Expect: 100-continue` to send it.
    ///
    /// Nothing more is read from the connection until `consume` has returned.
    func readBody(_ consume: (ByteBuffer) async throws -> Void) async throws {
        try await connection.sendContinue()
        for try await buffer in content {
            try await consume(buffer)
        }
    }

    /// The whole body; `nil` when it is longer than `limit` bytes.
    func collectBody(upTo limit: Int) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var isTooLong = false
        try await readBody { buffer in
            // What goes over the limit is read and dropped, so that the connection can carry the refusal.
            isTooLong = isTooLong || buffer.readableBytes > limit - bytes.count
            if !isTooLong {
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        }
        return isTooLong ? nil : bytes
    }
}
