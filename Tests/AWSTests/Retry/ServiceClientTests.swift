import AWS
import Logging
import TestSupport
import Testing

@testable import EC2Types
@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

@Suite("Calls and their retries")
struct ServiceClientTests {
    private func client(_ server: ScriptedServer) throws -> EC2Client {
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: Secret("hidden"))
        return EC2Client(
            ServiceClient(
                service: .ec2,
                endpoint: AWSEndpoint(custom: server.url),
                region: "eu-west-1",
                transport: try HTTPTransport(),
                credentials: StaticCredentials(credentials),
                time: RetryTime(now: { 1_700_000_000 }, sleep: { _ in }, jitter: { 0 }),
                logger: Logger(label: "test")
            )
        )
    }

    private let request = EC2Client.ImportVolumeRequest(
        availabilityZone: "eu-west-1a",
        format: "RAW",
        bytes: 1,
        importManifestURL: "https://b.example/m?X-Amz-Signature=abc",
        volumeSize: 1,
        description: nil
    )

    @Test("an error that may pass is retried")
    func retried() async throws {
        let zones = """
            <DescribeAvailabilityZonesResponse><availabilityZoneInfo><item><zoneName>z</zoneName></item></availabilityZoneInfo></DescribeAvailabilityZonesResponse>
            """
        let server = try ScriptedServer([.status(503, ""), .status(200, zones)])
        #expect(try await client(server).describeAvailabilityZones().map(\.name) == ["z"])
        #expect(server.requests == 2)
    }

    @Test(
        "ImportVolume is not made again if it may have been done",
        arguments: [
            ScriptedServer.Answer.reset(""), .reset("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<Imp"),
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<Imp"), .status(500, ""),
        ]
    )
    func unknownOutcome(_ answer: ScriptedServer.Answer) async throws {
        let server = try ScriptedServer([answer, answer])
        let error = await #expect(throws: AWSError.self) { try await client(server).importVolume(request) }
        #expect(error?.outcome == .unknown)
        #expect(error.map { "\($0)".contains("hidden") || "\($0)".contains("Signature") } == false)
        #expect(server.requests == 1)
    }

    @Test("tasks are read in both nestings", arguments: ["", "conversionTask"])
    func nestings(_ inner: String) async throws {
        let task = "<conversionTaskId>import-vol-1</conversionTaskId><state>active</state><importVolume/>"
        let item = inner.isEmpty ? task : "<\(inner)>\(task)</\(inner)>"
        let server = try ScriptedServer([
            .status(
                200,
                "<DescribeConversionTasksResponse><conversionTasks><item>\(item)</item></conversionTasks></DescribeConversionTasksResponse>"
            )
        ]
        )
        #expect(try await client(server).describeConversionTasks().map(\.id) == ["import-vol-1"])
    }

    @Test("an answer that is too long is an error")
    func tooLong() async throws {
        let server = try ScriptedServer([.status(200, "0123456789")])
        var request = HTTPRequest(url: server.url + "/")
        request.maximumResponseBytes = 9
        let long = request
        let transport = try HTTPTransport()
        let error = await #expect(throws: TransportError.self) { try await transport.send(long) }
        #expect(error?.kind == .tooLong)
    }

    @Test("secrets are in no description")
    func secrets() {
        let secret = Secret("hidden")
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: secret, sessionToken: secret)
        var dumped = ""
        dump(credentials, to: &dumped)
        dump(request, to: &dumped)
        for text in ["\(secret)", "\(credentials)", String(reflecting: credentials), dumped, "\(request)"] {
            #expect(!text.contains("hidden") && !text.contains("X-Amz-Signature"))
        }
    }
}
