import TestSupport
import Testing

@testable import AWS
@testable import HTTPClient

@Suite("Faults end in a retry or a typed error, in bounded time")
struct FaultTests {
    private static let zones =
        "<DescribeAvailabilityZonesResponse><availabilityZoneInfo><item><zoneName>z</zoneName><zoneState>available</zoneState></item></availabilityZoneInfo></DescribeAvailabilityZonesResponse>"

    private static func head(_ fields: String) -> LoopbackServer.Step {
        .send(Array("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n".utf8))
    }

    @Test(
        "An answer that is broken once is asked for again",
        arguments: [
            [.reset], [head("Content-Length: 500"), .send(Array("<R>".utf8)), .reset],
            [head("Content-Length: 500"), .send(Array("<R>".utf8)), .close],
            [head("Transfer-Encoding: chunked"), .send(Array("zz\r\n<R>".utf8)), .close],
            [head("Transfer-Encoding: chunked"), .send(Array("5\r\n<R>".utf8)), .close],
            [head("Transfer-Encoding: chunked"), .send(Array("ffffffffffffffffff\r\n<R>".utf8)), .close],
            [.answer(503, "<html>the proxy is tired</html>")],
            [.answer(500), .close],
        ] as [[LoopbackServer.Step]]
    )
    func once(steps: [LoopbackServer.Step]) async throws {
        let server = try LoopbackServer { number, _ in number == 0 ? steps : .answer(200, Self.zones) }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
        #expect(try await client.availabilityZones() == ["z"])
        #expect(server.requests.count == 2)
        server.stop()
    }

    @Test(
        "A Content-Length that lies is an error, not a shorter or longer answer",
        arguments: ["Content-Length: -1", "Content-Length: 1\r\nContent-Length: 2", "Content-Length: x"]
    )
    func contentLength(fields: String) async throws {
        let server = try LoopbackServer { _, _ in [Self.head(fields), .send(Array("<R/>".utf8)), .close] }
        let transport = try HTTPTransport()
        let client = EC2Client(serviceClient(.ec2, server.url, transport: transport))
        let error = await failure { () async throws(AWSError) in try await client.describeConversionTasks() }
        #expect(error != nil)
        #expect(error?.operation == "DescribeConversionTasks")
        server.stop()
    }

    @Test("A slow loris is given up: some bytes now and then are not an answer")
    func slowLoris() async throws {
        let drip = [LoopbackServer.Step](repeating: .drip(Array("X-Drip: 1\r\n".utf8)), count: 600)
        let server = try LoopbackServer { _, _ in [.send(Array("HTTP/1.1 200 OK\r\n".utf8))] + drip }
        var configuration = TransportConfiguration()
        configuration.idleTimeout = 1
        let transport = try HTTPTransport(configuration)
        let error = await failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(url: server.url))
        }
        #expect(error?.kind == .timedOut)
        server.stop()
    }

    @Test("A storm of 503 ends after the attempts that are configured, with the waits between them")
    func storm() async throws {
        let time = ManualTime()
        let server = try LoopbackServer { _, _ in
            .answer(503, "<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>")
        }
        let client = EC2Client(
            serviceClient(
                .ec2,
                server.url,
                transport: try HTTPTransport(),
                policy: RetryPolicy(maximumAttempts: 8),
                time: time
            )
        )
        let error = await failure { () async throws(AWSError) in try await client.availabilityZones() }
        #expect(error?.isThrottle == true)
        #expect(time.waits.map(\.components.seconds) == [1, 2, 4, 8, 16, 20, 20])
        server.stop()
    }

    @Test("A whole request may have a time of its own")
    func timeout() async throws {
        let server = try LoopbackServer { _, _ in [.awaitClose] }
        let transport = try HTTPTransport()
        var request = HTTPRequest(url: server.url)
        request.timeout = 1
        let patient = request
        let error = await failure { () async throws(TransportError) in try await transport.send(patient) }
        #expect(error?.kind == .timedOut)
        await server.waitForClosedConnections(1)
        server.stop()
    }
}
