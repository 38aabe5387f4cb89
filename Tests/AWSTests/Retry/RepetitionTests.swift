import AWS
import EC2Types
import Foundation
import TestSupport
import Testing
import WireEncoding

@testable import HTTPClient
@testable import SigV4

@Suite("Which calls are made again, and when")
struct RepetitionTests {
    private static let zones =
        "<DescribeAvailabilityZonesResponse><availabilityZoneInfo/></DescribeAvailabilityZonesResponse>"
    private static let imported = """
        <ImportVolumeResponse><conversionTask><conversionTaskId>import-vol-1</conversionTaskId><state>active</state>\
        <importVolume/></conversionTask></ImportVolumeResponse>
        """
    private static let importRequest = EC2Client.ImportVolumeRequest(
        availabilityZone: "us-east-1a",
        format: "RAW",
        bytes: 1,
        importManifestURL: "https://b.s3.amazonaws.com/m?X-Amz-Signature=theSignature",
        volumeSize: 1,
        description: "d"
    )

    private static func error(_ code: String) -> String {
        "<Response><Errors><Error><Code>\(code)</Code><Message>m</Message></Error></Errors><RequestID>r-1</RequestID></Response>"
    }

    @Test(
        "A throttled call had no effect: it is sent again, but not ImportVolume, which needs a new claim",
        arguments: [
            (503, "RequestLimitExceeded"), (400, "Throttling"), (503, "SlowDown"), (429, "Whatever"),
            (400, "EC2ThrottledException"),
        ]
    )
    func throttled(status: Int, code: String) async throws {
        let time = ManualTime()
        let server = try LoopbackServer { number, _ in
            number < 3 ? .answer(status, Self.error(code)) : .answer(200, Self.zones)
        }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport(), time: time))
        let error = await failure { () async throws(AWSError) in try await client.importVolume(Self.importRequest) }
        #expect(error?.isPassingRejection == true)
        #expect(server.requests.count == 1)
        #expect(time.waits == [])
        _ = try await client.availabilityZones()
        #expect(server.requests.count == 4)
        #expect(time.waits == [.seconds(1), .seconds(2)])
        server.stop()
    }

    @Test(
        "An error of the server's may come after the deed: ImportVolume is not called again, others are",
        arguments: [(500, "InternalError"), (503, "Unavailable"), (502, ""), (504, "")]
    )
    func serverError(status: Int, code: String) async throws {
        let server = try LoopbackServer { number, request in
            let action = request.form(request.text)["Action"]
            return action == "ImportVolume" || number == 1
                ? .answer(status, code.isEmpty ? "<html>" : Self.error(code)) : .answer(200, Self.zones)
        }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
        let error = await failure { () async throws(AWSError) in try await client.importVolume(Self.importRequest) }
        #expect(error?.outcome == .unknown)
        #expect(error?.isThrottle == false)
        #expect(server.requests.count == 1)
        _ = try await client.describeAvailabilityZones()
        #expect(server.requests.count == 3)
        server.stop()
    }

    @Test(
        "A refusal is final, and certain",
        arguments: ["UnauthorizedOperation", "InvalidParameterValue", "DryRunOperation"]
    )
    func refused(code: String) async throws {
        let server = try LoopbackServer { _, _ in .answer(400, Self.error(code)) }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
        let error = await failure { () async throws(AWSError) in try await client.importVolume(Self.importRequest) }
        #expect(error?.code == code)
        #expect(error?.requestID == "r-1")
        #expect(error?.outcome == .rejected)
        #expect(server.requests.count == 1)
        server.stop()
    }

    @Test("A call that could not be sent certainly had no effect")
    func notConnected() async throws {
        let time = ManualTime()
        let url = "http://ferry.invalid"
        let client = EC2Client(serviceClient(.ec2, url, transport: try HTTPTransport(), time: time))
        let error = await failure { () async throws(AWSError) in try await client.importVolume(Self.importRequest) }
        #expect(error?.isPassingRejection == true, "\(error.map { "\($0)" } ?? "no error")")
        #expect(time.waits == [])
    }

    /// Libcurl would send the call again by itself over a new connection.
    @Test("ImportVolume is not sent again where a kept connection turns out to be dead")
    func deadKeptConnection() async throws {
        let server = try LoopbackServer { number, _ in number == 0 ? .answer(200, Self.zones) : [.close] }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
        _ = try await client.describeAvailabilityZones()
        let error = await failure { () async throws(AWSError) in try await client.importVolume(Self.importRequest) }
        #expect(error?.outcome == .unknown)
        #expect(server.requests.count == 2)
        server.stop()
    }

    @Test(
        "An answer that cannot be understood leaves the outcome unknown",
        arguments: ["", "<R/>", "<R><conversionTask/></R>", "{}"]
    )
    func malformed(body: String) async throws {
        let server = try LoopbackServer { _, _ in .answer(200, body) }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
        let error = await failure { () async throws(AWSError) in try await client.importVolume(Self.importRequest) }
        #expect(error?.outcome == .unknown)
        #expect(server.requests.count == 1)
        server.stop()
    }

    @Test(
        "How long the service asks to wait is followed within bounds, whatever it writes",
        arguments: [
            ("x-amz-retry-after", "2500", Duration.milliseconds(2500)), ("x-amz-retry-after", "nan", .milliseconds(50)),
            ("x-amz-retry-after", "1e999", .milliseconds(50)), ("x-amz-retry-after", "-7", .milliseconds(50)),
            ("retry-after", "3", .seconds(3)), ("retry-after", "99999999999999999999", .seconds(5.05)),
            ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", .milliseconds(50)),
            // The client's clock stands at 2027-01-15 08:00:00.
            ("retry-after", "Fri, 15 Jan 2027 08:00:04 GMT", .seconds(4)),
        ]
    )
    func askedDelay(name: String, value: String, wait: Duration) async throws {
        let time = ManualTime()
        let server = try LoopbackServer { number, _ in
            number == 0 ? .answer(503, headers: [name: value]) : .answer(200, Self.zones)
        }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport(), time: time))
        _ = try await client.describeAvailabilityZones()
        #expect(time.waits == [wait])
        server.stop()
    }

    @Test(
        "A wrong clock is corrected by the service's own; ImportVolume is not signed again",
        arguments: ["RequestExpired", "AuthFailure", "SignatureDoesNotMatch", "RequestTimeTooSkewed"]
    )
    func clockSkew(code: String) async throws {
        let time = ManualTime()
        // The client's clock stands at 2027-01-15 08:00:00.
        let date = ["Date": "Fri, 15 Jan 2027 10:30:00 GMT"]
        let server = try LoopbackServer { number, _ in
            number < 1 ? .answer(403, Self.error(code), headers: date) : .answer(200, Self.zones)
        }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport(), time: time))
        let signed = SigningTime(seconds: 1_800_000_000)
        let error = await failure { () async throws(AWSError) in
            try await client.importVolume(Self.importRequest, signingTime: signed)
        }
        #expect(error?.outcome == .rejected)
        #expect(server.requests.map { $0.headers["x-amz-date"] } == [signed.text])
        _ = try await client.availabilityZones()
        // The first rejection taught the client the time.
        #expect(server.requests.last?.headers["x-amz-date"] == "20270115T103000Z")
        #expect(time.waits == [])
        server.stop()
    }

    @Test("Calls that were signed before another one learned the time are made again too")
    func concurrentSkew() async throws {
        let date = ["Date": "Fri, 15 Jan 2027 10:30:00 GMT"]
        let server = try LoopbackServer { _, request in
            request.headers["x-amz-date"]?.hasPrefix("20270115T08") == true
                ? .answer(403, Self.error("RequestExpired"), headers: date) : .answer(200, Self.zones)
        }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
        let counts = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<16 { group.addTask { try? await client.availabilityZones().count } }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(counts == [Int?](repeating: 0, count: 16))
        server.stop()
    }

    @Test("A wrong key is not taken for a wrong clock")
    func wrongKey() async throws {
        let date = ["Date": "Fri, 15 Jan 2027 08:03:00 GMT"]
        let server = try LoopbackServer { _, _ in .answer(403, Self.error("AuthFailure"), headers: date) }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
        let error = await failure { () async throws(AWSError) in try await client.availabilityZones() }
        #expect(server.requests.count == 1)
        #expect(error?.description.contains("AWS_PROFILE") == true)
        server.stop()
    }

    @Test("A service that is down is not drowned: the quota runs out")
    func quota() async throws {
        let server = try LoopbackServer { _, _ in .answer(500) }
        let policy = RetryPolicy(maximumAttempts: 1000)
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport(), policy: policy))
        let error = await failure { () async throws(AWSError) in try await client.availabilityZones() }
        #expect(error?.status == 500)
        // 500 tokens pay for 35 retries at 14.
        #expect(server.requests.count == 36)
        server.stop()
    }

    @Test("Patience can be bounded by time")
    func longestTime() async throws {
        let time = ManualTime()
        let server = try LoopbackServer { _, _ in .answer(503, Self.error("SlowDown")) }
        var policy = RetryPolicy(maximumAttempts: 100)
        policy.longestTime = 10
        let client = EC2Client(
            serviceClient(.ec2, server.url, transport: try HTTPTransport(), policy: policy, time: time)
        )
        _ = await failure { () async throws(AWSError) in try await client.availabilityZones() }
        #expect(time.waits == [.seconds(1), .seconds(2), .seconds(4)])
        server.stop()
    }

    @Test("A time that is set is used up, though the quota would have ended long before")
    func patience() async throws {
        let time = ManualTime()
        let server = try LoopbackServer { number, _ in number < 60 ? .answer(500) : .answer(200, Self.zones) }
        let policy = try AWSEnvironment(["FERRY_PATIENCE": "3600"]).retryPolicy()
        let client = EC2Client(
            serviceClient(.ec2, server.url, transport: try HTTPTransport(), policy: policy, time: time)
        )
        #expect(try await client.availabilityZones() == [])
        #expect(server.requests.count == 61)
        server.stop()
    }

    @Test("Without credentials nothing is sent")
    func noCredentials() async throws {
        struct None: CredentialsProvider {
            func credentials() async throws(CredentialsError) -> AWSCredentials {
                throw CredentialsError(description: "there are none")
            }
        }
        let server = try LoopbackServer { _, _ in .answer(200) }
        let client = EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport(), credentials: None()))
        let error = await failure { () async throws(AWSError) in try await client.importVolume(Self.importRequest) }
        #expect(error?.outcome == .rejected)
        #expect(server.requests.isEmpty)
        server.stop()
    }
}
