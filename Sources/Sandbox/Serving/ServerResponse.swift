/// An answer before it is written to the connection.
struct ServerResponse: Sendable {
    /// Where the body comes from.
    enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// `length` bytes of `file` from `offset`.
        case file(DataFile, offset: Int64, length: Int64)
        /// Pieces asked for by their number from 0, each when the connection has taken the one before; `nil` ends them.
        case pieces(@Sendable (_ number: Int) -> [UInt8]?)
    }

    /// The HTTP status code.
    var status: Int
    /// Header fields beside `Content-Length`, which follows from the body.
    var headers: [(name: String, value: String)]
    /// The body.
    var body: Body
    /// The `Content-Length` of an answer to HEAD, which has no body of its own.
    var headLength: Int64?

    init(status: Int, headers: [(name: String, value: String)] = [], body: Body = .none, headLength: Int64? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.headLength = headLength
    }

    /// An answer of one XML document.
    static func xml(_ document: [UInt8], status: Int = 200) -> ServerResponse {
        ServerResponse(status: status, headers: [("Content-Type", "application/xml")], body: .bytes(document))
    }

    /// The number of bytes in the body; `nil` when it isn't known before it is written.
    var contentLength: Int64? {
        switch body {
        case .none: headLength ?? 0
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, _, let length): length
        case .pieces: nil
        }
    }
}
