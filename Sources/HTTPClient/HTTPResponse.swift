/// The status and header fields of an answer.
package struct HTTPResponseHead: Sendable {
    /// The status code, 100 to 599.
    package var status: Int
    /// Header fields in the order of their arrival.
    package var headers: [(name: String, value: String)] = []

    /// Describes an answer.
    package init(status: Int, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = headers
    }

    /// The first header field of a name, which is compared without regard to case.
    package func header(_ name: String) -> String? {
        headers.first { Self.isSame($0.name, name) }?.value
    }

    /// The coding of the body, such as `gzip`, where it is not the stored bytes; `nil` where it is.
    ///
    /// No request accepts another coding than `identity`. S3 keeps the `aws-chunked` of some clients in an object's
    /// metadata; it codes nothing.
    package var contentCoding: String? {
        let codings = headers.lazy.filter { Self.isSame($0.name, "content-encoding") }
            .flatMap { $0.value.split(separator: ",") }
            .map { $0.filter { !$0.isWhitespace }.lowercased() }
        return codings.first { !["", "identity", "aws-chunked"].contains($0) }
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count
            && zip(one.utf8, other.utf8).allSatisfy { one, other in
                one == other || (one ^ other == 0x20 && (0x61...0x7A).contains(one | 0x20))
            }
    }
}

/// An answer whose body was collected.
package struct HTTPResponse: Sendable {
    /// The status and header fields.
    package var head: HTTPResponseHead
    /// The body; empty if it was handed to a receiver.
    package var body: [UInt8]

    /// Joins a head and its body.
    package init(head: HTTPResponseHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }

    /// The status code.
    package var status: Int { head.status }

    /// The first header field of a name.
    package func header(_ name: String) -> String? { head.header(name) }
}

/// Takes the body of an answer piece by piece, in the order it arrives.
///
/// It is called on the transport's thread, so it must be quick; what it throws ends the transfer.
package typealias BodyReceiver = @Sendable (HTTPResponseHead, UnsafeRawBufferPointer) throws -> Void
