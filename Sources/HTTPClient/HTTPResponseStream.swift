/// An answer whose body is taken piece by piece, at the pace of the task that takes it.
///
/// Dropping it aborts the transfer. Only one task may take from it at a time.
package final class HTTPResponseStream: Sendable {
    /// The status and header fields.
    package let head: HTTPResponseHead
    private let id: UInt64
    private let buffer: BodyBuffer
    // The transport, not its engine alone: while there is a stream, the thread must live.
    private let transport: HTTPTransport

    init(head: HTTPResponseHead, id: UInt64, buffer: BodyBuffer, transport: HTTPTransport) {
        self.head = head
        self.id = id
        self.buffer = buffer
        self.transport = transport
    }

    deinit {
        transport.engine.cancel(id)
    }

    /// The next bytes, at most ``BodyBuffer/capacity`` of them; `nil` after the last.
    ///
    /// - Throws: ``TransportError`` if the transfer fails, or the task is cancelled.
    package func next() async throws(TransportError) -> [UInt8]? {
        let content = await withTaskCancellationHandler {
            await buffer.next()
        } onCancel: {
            transport.engine.cancel(id)
        }
        switch content {
        case .bytes(let bytes, let wasPaused):
            if wasPaused { transport.engine.unpause(id) }
            return bytes
        case .end(let result):
            try result.get()
            return nil
        }
    }

    /// The rest of the body, or the beginning of it.
    ///
    /// - Parameter limit: The most bytes that are collected; what follows them is left out.
    /// - Throws: ``TransportError`` as ``next()`` does.
    package func collect(upTo limit: Int) async throws(TransportError) -> [UInt8] {
        var body: [UInt8] = []
        while body.count < limit, let bytes = try await next() { body += bytes.prefix(limit - body.count) }
        return body
    }
}
