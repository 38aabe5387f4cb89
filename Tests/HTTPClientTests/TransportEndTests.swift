import TestSupport
import Testing

@testable import HTTPClient

@Suite("Cancellation and shutdown of the transport")
struct TransportEndTests {
    @Test("Cancelling a task aborts its transfer")
    func cancel() async throws {
        let server = try LoopbackServer { _, _ in [.awaitClose] }
        let transport = try HTTPTransport()
        let task = Task {
            await failure { () async throws(TransportError) in
                try await transport.send(HTTPRequest(method: "POST", url: server.url, body: .bytes([1])))
            }
        }
        await server.waitForRequests(1)
        task.cancel()
        let error = await task.value
        #expect(error?.kind == .cancelled)
        // The service has it: a cancellation proves nothing about what it does with it.
        #expect(error?.provesNothingSent == false)
        await server.waitForClosedConnections(1)
        server.stop()
    }

    @Test("A task that is cancelled already sends nothing", arguments: 0..<20)
    func cancelledBefore(_ round: Int) async throws {
        let server = try LoopbackServer { _, _ in .answer(200) }
        let transport = try HTTPTransport()
        let task = Task {
            // Until it is cancelled.
            while !Task.isCancelled { await Task.yield() }
            return await failure { () async throws(TransportError) in
                try await transport.send(HTTPRequest(url: server.url))
            }
        }
        task.cancel()
        let error = await task.value
        #expect(error?.kind == .cancelled)
        #expect(error?.provesNothingSent == true)
        #expect(server.requests.isEmpty)
        server.stop()
    }

    @Test("A shutdown ends what is under way, and says truly whether it was sent")
    func shutdown() async throws {
        let server = try LoopbackServer { _, _ in [.awaitClose] }
        let transport = try HTTPTransport()
        async let first = failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(method: "POST", url: server.url, body: .bytes([1])))
        }
        async let second = failure { () async throws(TransportError) in
            try await transport.stream(HTTPRequest(url: server.url))
        }
        await server.waitForRequests(2)
        await transport.shutdownAndWait()
        for error in [await first, await second] {
            #expect(error?.kind == .closed)
            #expect(error?.provesNothingSent == false)
        }
        await server.waitForClosedConnections(2)
        let late = await failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(url: server.url))
        }
        #expect(late?.kind == .closed)
        #expect(late?.provesNothingSent == true)
        // Twice is as good as once.
        await transport.shutdownAndWait()
        server.stop()
    }

    @Test("A transport that nobody holds any more ends its connections")
    func dropped() async throws {
        let server = try LoopbackServer { _, _ in [.answer(200), .awaitClose] }
        var transport: HTTPTransport? = try HTTPTransport()
        _ = try await transport?.send(HTTPRequest(url: server.url))
        transport = nil
        await server.waitForClosedConnections(1)
        server.stop()
    }
}
