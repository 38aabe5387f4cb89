import FlowControl
import Foundation

/// Sends HTTP requests with libcurl, all of them on one thread of its own, over connections that are kept and shared.
///
/// Tasks hand their requests over and are resumed with the answers; nothing of libcurl runs on the cooperative pool.
/// TLS certificates are always verified. Redirects are not followed: AWS signs for one host. Only the proxies of the
/// configuration are used, not those that libcurl would find in the process's environment.
package final class HTTPTransport: Sendable {
    let engine: TransportEngine

    /// Starts the transport's thread.
    ///
    /// - Throws: ``TransportError`` if libcurl cannot be set up.
    package init(_ configuration: TransportConfiguration = TransportConfiguration()) throws(TransportError) {
        engine = try TransportEngine(configuration)
        let engine = engine
        let thread = Thread { engine.run() }
        thread.name = "ferry-http"
        thread.start()
    }

    deinit {
        engine.close()
    }

    /// Sends a request and returns its answer, whatever the status.
    ///
    /// A task that is cancelled aborts the transfer.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - receiver: Takes the body of a successful answer; it is collected if `nil`.
    /// - Throws: ``TransportError`` if there is no whole answer.
    package func send(
        _ request: HTTPRequest,
        receiver: BodyReceiver? = nil
    ) async throws(TransportError) -> HTTPResponse {
        try await start(request) { .whole(receiver, $0) }.result.get()
    }

    /// Sends a request and returns the head of its answer, whatever the status, with the body still to come.
    ///
    /// What the task that reads it does not take in time waits in a bounded buffer, then at the peer. A task that is
    /// cancelled aborts the transfer.
    ///
    /// - Throws: ``TransportError`` if there is no whole head.
    package func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponseStream {
        let buffer = BodyBuffer()
        let started: (id: UInt64, result: Result<HTTPResponseHead, TransportError>) = await start(request) {
            .streamed(buffer, $0)
        }
        return HTTPResponseStream(head: try started.result.get(), id: started.id, buffer: buffer, transport: self)
    }

    /// Ends every transfer with an error and the thread after them, soon.
    package func shutdown() {
        engine.close()
    }

    /// Ends every transfer with an error, and returns when the thread has ended and no connection is open.
    package func shutdownAndWait() async {
        engine.close()
        await engine.waitForEnd()
    }

    private func start<Value: Sendable>(
        _ request: HTTPRequest,
        delivery: (Delivery.Continuation<Value>) -> Delivery
    ) async -> (id: UInt64, result: Result<Value, TransportError>) {
        let id = engine.newID()
        let cancellation = CancellationFlag()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let delivery = delivery(continuation)
                engine.start(.init(id: id, request: request, delivery: delivery, cancellation: cancellation))
            }
        } onCancel: {
            // Set before the engine is told: a cancellation may reach it before the request itself does.
            cancellation.set()
            engine.cancel(id)
        }
        return (id, result)
    }
}
