import TestSupport
import Testing

@testable import HTTPClient

@Suite("Connections that break")
struct BrokenConnectionTests {
    @Test(
        "An answer that does not come whole is an error, and proves nothing about the request",
        arguments: [
            [.reset], [.close], [.answer(200, "ab", length: 5), .close], [.answer(200, "ab", length: 5), .reset],
            [.send(Array("HTTP/1.1 200 OK\r\nConte".utf8)), .close],
            [.send(Array("no HTTP at all\r\n\r\n".utf8)), .close],
            [
                .send(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab".utf8)), .close,
            ],
        ] as [[LoopbackServer.Step]]
    )
    func incomplete(steps: [LoopbackServer.Step]) async throws {
        let server = try LoopbackServer { _, _ in steps }
        let transport = try HTTPTransport()
        var request = HTTPRequest(method: "POST", url: server.url + "/?X-Amz-Signature=abc", body: .bytes([1, 2]))
        request.mayBeSentAgain = false
        let error = await failure { () async throws(TransportError) in try await transport.send(request) }
        #expect(error?.kind == .interrupted)
        #expect(error?.provesNothingSent == false)
        #expect(error?.description.contains("abc") == false)
        server.stop()
    }

    @Test("Nobody listening proves that nothing was sent")
    func refused() async throws {
        let port = try UnusedPort()
        let transport = try HTTPTransport()
        let error = await failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(method: "POST", url: port.url, body: .bytes([1])))
        }
        #expect(error?.kind == .notConnected)
        #expect(error?.provesNothingSent == true)
        #expect(error?.description.contains("AWS_ENDPOINT_URL") == true)
    }

    @Test("A host that does not exist proves that nothing was sent")
    func unknownHost() async throws {
        let transport = try HTTPTransport()
        let error = await failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(url: "http://ferry.invalid/"))
        }
        #expect(error?.kind == .notConnected)
        #expect(error?.provesNothingSent == true)
    }

    /// Libcurl sends a request again by itself if a kept connection dies before a byte of the answer comes.
    @Test(
        "A request that may not be sent again is not, not even behind ferry's back",
        arguments: [(mayBeSentAgain: false, expected: 2), (mayBeSentAgain: true, expected: 3)]
    )
    func deadKeptConnection(mayBeSentAgain: Bool, expected: Int) async throws {
        let server = try LoopbackServer { number, _ in number == 1 ? [.close] : .answer(200) }
        let transport = try HTTPTransport()
        var request = HTTPRequest(method: "POST", url: server.url, body: .bytes([1, 2, 3]))
        request.mayBeSentAgain = mayBeSentAgain
        _ = try await transport.send(request)
        let error = await failure { () async throws(TransportError) in try await transport.send(request) }
        #expect((error == nil) == mayBeSentAgain)
        #expect(error?.provesNothingSent != true)
        #expect(server.requests.count == expected)
        // What may be sent again is sent whole.
        #expect(!server.requests.isEmpty)
        #expect(server.requests.allSatisfy { $0.body == [1, 2, 3] })
        server.stop()
    }

    /// The repeated request goes over the other kept connection.
    @Test("An upload that is sent again over another connection is sent whole", arguments: [3, 3 << 20])
    func repeatedUpload(count: Int) async throws {
        let server = try LoopbackServer { number, _ in
            switch number {
            case 0, 1: [.drip(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))]
            case 2: [.close]
            default: .answer(200)
            }
        }
        var configuration = TransportConfiguration()
        configuration.idleTimeout = 3
        let transport = try HTTPTransport(configuration)
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let request = HTTPRequest(method: "PUT", url: server.url + "/part", body: .bytes(body))
        async let first = transport.send(request)
        async let second = transport.send(request)
        _ = try await (first, second)
        #expect(try await transport.send(request).status == 200)
        #expect(server.requests.count == 4)
        #expect(server.requests.allSatisfy { $0.body == body })
        server.stop()
    }

    @Test("Silence ends a transfer after the idle time")
    func silence() async throws {
        let server = try LoopbackServer { _, _ in [.awaitClose] }
        var configuration = TransportConfiguration()
        configuration.idleTimeout = 1
        let transport = try HTTPTransport(configuration)
        let error = await failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(url: server.url))
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.provesNothingSent == false)
        await server.waitForClosedConnections(1)
        server.stop()
    }

    @Test("A body longer than what is collected is an error that says how long")
    func tooLong() async throws {
        let server = try LoopbackServer { _, _ in .answer(200, String(repeating: "x", count: 1001)) }
        var request = HTTPRequest(url: server.url)
        let transport = try HTTPTransport()
        request.maximumResponseBytes = 1001
        #expect(try await transport.send(request).body.count == 1001)
        request.maximumResponseBytes = 1000
        let error = await failure { () async throws(TransportError) in try await transport.send(request) }
        #expect(error?.kind == .tooLong)
        #expect(error?.reason.contains("1000 bytes") == true)
        server.stop()
    }

    @Test("A head without end is given up")
    func endlessHead() async throws {
        let fields = String(repeating: "X-Filler: \(String(repeating: "x", count: 1000))\r\n", count: 300)
        let server = try LoopbackServer { _, _ in [.send(Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8)), .close] }
        let transport = try HTTPTransport()
        let error = await failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(url: server.url))
        }
        #expect(error?.kind == .tooLong)
        server.stop()
    }
}
