import AWS
import TestSupport
import Testing

@testable import HTTPClient

@Suite("The adaptive retry mode")
struct AdaptiveTests {
    private static let throttle =
        "<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>"
    private static let zones =
        "<DescribeAvailabilityZonesResponse><availabilityZoneInfo/></DescribeAvailabilityZonesResponse>"

    @Test("Requests are held back after a throttle, and none before it")
    func limited() async throws {
        let time = ManualTime()
        let server = try LoopbackServer { number, _ in
            number == 10 ? .answer(503, Self.throttle) : .answer(200, Self.zones)
        }
        var policy = RetryPolicy()
        policy.isAdaptive = true
        let client = EC2Client(
            serviceClient(.ec2, server.url, transport: try HTTPTransport(), policy: policy, time: time)
        )
        for _ in 0..<10 { _ = try await client.availabilityZones() }
        #expect(time.waits.isEmpty)
        time.advance(1)
        // The throttle: one wait for the retry's sake, then those for tokens.
        for _ in 0..<30 { _ = try await client.availabilityZones() }
        #expect(time.waits.first == .seconds(1))
        #expect(time.waits.count > 10)
        #expect(time.waits.dropFirst().allSatisfy { $0 < .seconds(2.1) })
        #expect(server.requests.count == 41)
        server.stop()
    }

    /// The rates are those of botocore 1.44.8 (`botocore.retries.adaptive`) for the same answers at the same moments.
    @Test("The rate falls and grows as in the SDKs")
    func cubic() {
        let expected: [Double: Double] = [
            0.0: 0.5, 1.0: 0.5, 2.0: 3.2, 3.0: 10.8, 4.0: 16.0, 5.0: 16.0, 6.0: 5.6, 7.0: 7.781768, 8.0: 8.002447,
            9.0: 8.662036, 10.0: 12.160535, 11.0: 16.0, 12.0: 16.0, 12.5: 5.6, 13.0: 7.08602, 14.0: 7.987243,
            15.0: 8.127377, 16.0: 9.906422, 17.0: 15.724377, 18.0: 16.0, 19.0: 16.0,
        ]
        var rate = AdaptiveRate(at: 0)
        var compared = 0
        for number in 0..<160 {
            let now = Double(number) * 0.125
            rate.record(isThrottle: number == 48 || number == 100, at: now)
            if let value = expected[now] {
                compared += 1
                #expect(abs(rate.rate - value) < 1e-5, "\(now): \(rate.rate), not \(value)")
            }
        }
        #expect(compared == expected.count)
    }
}
