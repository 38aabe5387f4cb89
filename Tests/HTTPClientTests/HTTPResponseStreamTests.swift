import TestSupport
import Testing

@testable import HTTPClient

@Suite("Answers taken piece by piece")
struct HTTPResponseStreamTests {
    private static let bytes = (0..<8_000_003).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 11) }

    private static func head(_ length: Int) -> LoopbackServer.Step {
        .send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n".utf8))
    }

    @Test("A slow taker gets every byte, in bounded pieces", arguments: [false, true])
    func whole(isSlow: Bool) async throws {
        let server = try LoopbackServer { _, _ in [Self.head(Self.bytes.count), .send(Self.bytes)] }
        let stream = try await HTTPTransport().stream(HTTPRequest(url: server.url))
        #expect(stream.head.status == 200)
        var received: [UInt8] = []
        while let piece = try await stream.next() {
            #expect(piece.count <= 256 << 10)
            received += piece
            if isSlow { try await Task.sleep(for: .milliseconds(5)) }
        }
        #expect(received == Self.bytes)
        #expect(try await stream.next() == nil)
        server.stop()
    }

    @Test("What is not taken is not read: other transfers go on meanwhile")
    func backpressure() async throws {
        let server = try LoopbackServer { number, _ in
            number == 0 ? [Self.head(Self.bytes.count), .send(Self.bytes)] : .answer(200, "other")
        }
        let transport = try HTTPTransport()
        let stream = try await transport.stream(HTTPRequest(url: server.url))
        for _ in 0..<20 { #expect(try await transport.send(HTTPRequest(url: server.url)).status == 200) }
        #expect(try await stream.collect(upTo: .max) == Self.bytes)
        server.stop()
    }

    @Test("The head is there before the body")
    func headFirst() async throws {
        let server = try LoopbackServer { _, _ in [Self.head(10), .send([1, 2]), .awaitClose] }
        let stream = try await HTTPTransport().stream(HTTPRequest(url: server.url))
        #expect(stream.head.header("content-length") == "10")
        #expect(try await stream.next() == [1, 2])
        server.stop()
    }

    @Test(
        "An answer that breaks off is an error after what came",
        arguments: [.close, .reset] as [LoopbackServer.Step]
    )
    func broken(end: LoopbackServer.Step) async throws {
        let server = try LoopbackServer { _, _ in [Self.head(10), .send([1, 2]), end] }
        let transport = try HTTPTransport()
        let error = await failure { () async throws(TransportError) in
            let stream = try await transport.stream(HTTPRequest(url: server.url))
            while try await stream.next() != nil {}
        }
        #expect(error?.kind == .interrupted)
        server.stop()
    }

    @Test("Dropping the stream aborts the transfer")
    func dropped() async throws {
        let server = try LoopbackServer { _, _ in [Self.head(10), .send([1, 2]), .awaitClose] }
        let transport = try HTTPTransport()
        do {
            let stream = try await transport.stream(HTTPRequest(url: server.url))
            _ = try await stream.next()
        }
        await server.waitForClosedConnections(1)
        server.stop()
    }

    @Test("Cancelling the taker aborts the transfer")
    func cancelled() async throws {
        let server = try LoopbackServer { _, _ in [Self.head(10), .awaitClose] }
        let transport = try HTTPTransport()
        let stream = try await transport.stream(HTTPRequest(url: server.url))
        let task = Task { await failure { () async throws(TransportError) in try await stream.next() } }
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        await server.waitForClosedConnections(1)
        server.stop()
    }

    @Test("An empty body ends at once")
    func empty() async throws {
        let server = try LoopbackServer { _, _ in .answer(204) }
        let stream = try await HTTPTransport().stream(HTTPRequest(url: server.url))
        #expect(stream.head.status == 204)
        #expect(try await stream.next() == nil)
        server.stop()
    }

    @Test("The beginning of a body can be all that is taken")
    func beginning() async throws {
        let server = try LoopbackServer { _, _ in [Self.head(Self.bytes.count), .send(Self.bytes)] }
        let stream = try await HTTPTransport().stream(HTTPRequest(url: server.url))
        #expect(try await stream.collect(upTo: 1000) == Array(Self.bytes.prefix(1000)))
        server.stop()
    }
}
