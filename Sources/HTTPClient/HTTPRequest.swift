import WireEncoding

/// A request as it goes over the wire.
package struct HTTPRequest: Sendable {
    /// A request's body.
    package enum Body: Sendable {
        /// No body.
        case none
        /// Bytes in memory.
        case bytes([UInt8])
        /// A stretch of a file, read while it is sent and never held whole. Offset and length in bytes.
        case file(path: String, offset: Int64, length: Int)

        /// The body's length in bytes.
        package var count: Int {
            switch self {
            case .none: 0
            case .bytes(let bytes): bytes.count
            case .file(_, _, let length): length
            }
        }
    }

    /// The method, such as `GET`.
    package var method: String
    /// The absolute URL, percent-encoded as it is to be sent.
    package var url: String
    /// Header fields in order.
    package var headers: [(name: String, value: String)]
    /// The body.
    package var body: Body
    /// `host:port` the connection goes to in place of the URL's own; the `Host` header stays the URL's.
    package var connectTo: String?
    /// How long the whole request may take, connecting included, in seconds; the transport's own times if `nil`.
    package var timeout: Int?
    /// Whether it goes through the transport's proxies.
    package var usesProxy = true
    /// The most bytes of a body that are collected; a longer answer is an error.
    package var maximumResponseBytes = 64 << 20
    /// Whether libcurl may send the request again by itself, as it does when a kept connection turns out to be dead
    /// before a byte of the answer came. False where doing it twice is not the same as doing it once: the service may
    /// have done it before the connection died. The request must then have a body, for that is what is not sent again.
    package var mayBeSentAgain = true

    /// Makes a request.
    package init(
        method: String = "GET",
        url: String,
        headers: [(name: String, value: String)] = [],
        body: Body = .none,
        connectTo: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTo = connectTo
    }

    /// The URL without its query, which may hold a signature: what messages show.
    package var redactedURL: String { URLRedaction.redacted(url) }
}

// Header fields hold tokens and signatures, bodies hold presigned URLs: neither is ever shown, by reflection either.
extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(method) \(redactedURL)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}
