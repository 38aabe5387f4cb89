/// The status and header fields of an answer.
package struct HTTPResponseHead: Sendable {
    /// The status code, 100 to 599.
    package var status: Int
    /// Header fields in the order of their arrival.
    package var headers: [(name: String, value: String)] = []

    /// The first header field of a name, which is compared without regard to case.
    package func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }
}

/// An answer whose body was collected.
package struct HTTPResponse: Sendable {
    /// The status and header fields.
    package var head: HTTPResponseHead
    /// The body; empty if it was handed to a receiver.
    package var body: [UInt8]

    /// The status code.
    package var status: Int { head.status }

    /// The first header field of a name.
    package func header(_ name: String) -> String? { head.header(name) }
}

/// Takes the body of an answer piece by piece, in the order it arrives.
///
/// It is called on the transport's thread, so it must be quick; what it throws ends the transfer.
package typealias BodyReceiver = @Sendable (HTTPResponseHead, UnsafeRawBufferPointer) throws -> Void
