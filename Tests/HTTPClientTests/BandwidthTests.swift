import TestSupport
import Testing

@testable import HTTPClient

@Suite("The bandwidth of all transfers")
struct BandwidthTests {
    @Test("A bucket grants what flows in, never more, and says truly how long to wait")
    func bucket() {
        var now = ContinuousClock.now
        let start = now
        var bucket = BandwidthBucket(rate: 1_000_000, at: now)
        var granted = 0
        while now < start + .seconds(10) {
            let count = bucket.grant(100_000, at: now)
            granted += count
            if count == 0 { now += bucket.wait(at: now) }
        }
        // What flowed in in ten seconds, what was saved up before, and one grant more at the most.
        #expect(granted >= 10_000_000 - 50_000)
        #expect(granted <= 10_000_000 + 2 * 50_000)
    }

    @Test("What has come is taken and owed")
    func debt() {
        let now = ContinuousClock.now
        var bucket = BandwidthBucket(rate: 100_000, at: now)
        let answers = [
            bucket.accept(1_000_000, at: now), bucket.accept(1, at: now + .seconds(9)),
            bucket.grant(1, at: now + .seconds(9)) > 0, bucket.accept(1, at: now + .seconds(10)),
        ]
        #expect(answers == [true, false, false, true])
    }

    @Test("Uploads and downloads arrive whole under a bound, all at once")
    func whole() async throws {
        let bytes = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
        let path = try TemporaryDirectory()
        let file = try path.write(bytes, to: "image")
        let server = try LoopbackServer { _, request in
            request.method == "GET"
                ? [
                    .send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n".utf8)), .send(bytes),
                ] : .answer(200)
        }
        // Two transports share the rate, as those of two regions do.
        var configuration = TransportConfiguration()
        configuration.bandwidth = Bandwidth(bytesPerSecond: 8_000_000)
        let transports = try [HTTPTransport(configuration), HTTPTransport(configuration)]
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                let transport = transports[number % 2]
                group.addTask {
                    let body = HTTPRequest.Body.file(path: file, offset: 0, length: bytes.count)
                    let response = try await transport.send(HTTPRequest(method: "PUT", url: server.url, body: body))
                    #expect(response.status == 200)
                }
                group.addTask {
                    let response = try await transport.send(HTTPRequest(url: server.url))
                    #expect(response.body == bytes)
                }
            }
            try await group.waitForAll()
        }
        // 3.2 MB at 8 MB/s less what may be saved up: never sooner, however fast the machine. Later proves nothing.
        #expect(ContinuousClock.now - start > .milliseconds(250))
        let uploads = server.requests.filter { $0.method == "PUT" }
        #expect(!uploads.isEmpty)
        #expect(uploads.allSatisfy { $0.body == bytes })
        server.stop()
    }
}
