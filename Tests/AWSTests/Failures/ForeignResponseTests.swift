import AWS
import EC2Types
import TestSupport
import Testing

@testable import HTTPClient

/// Responses that a proxy sends in the service's place.
@Suite("Responses that are not the service's")
struct ForeignResponseTests {
    private static let page = "<!DOCTYPE html>\n<html><title>Sign in\u{1B}[31m</title></html>"
    private static let html = ["Content-Type": "text/html; charset=utf-8"]

    private func ec2(_ server: LoopbackServer) throws -> EC2Client {
        EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
    }

    private func requireFailure(_ error: AWSError?, sourceLocation: SourceLocation = #_sourceLocation) {
        guard case .malformedAnswer(let reason) = error?.kind else {
            Issue.record("\(error.map { "\($0)" } ?? "no error")", sourceLocation: sourceLocation)
            return
        }
        #expect(!reason.contains("\u{1B}"), sourceLocation: sourceLocation)
    }

    @Test("a page with status 200 is never an empty list", arguments: [html, [:], ["Content-Type": "text/xml"]])
    func pages(headers: [String: String]) async throws {
        let server = try LoopbackServer { _, _ in .answer(200, Self.page, headers: headers) }
        defer { server.stop() }
        let client = try ec2(server)
        requireFailure(await failure { () async throws(AWSError) in try await client.describeConversionTasks() })
        requireFailure(
            await failure { () async throws(AWSError) in try await client.volumes(withTag: "ferry:address") }
        )
        requireFailure(
            await failure { () async throws(AWSError) in try await client.existingVolumes(among: ["vol-1"]) }
        )
        requireFailure(await failure { () async throws(AWSError) in try await client.describeAvailabilityZones() })
        let s3 = S3Client(serviceClient(.s3, server.url, transport: try HTTPTransport()))
        requireFailure(
            await failure { () async throws(AWSError) in try await s3.listObjects(bucket: "b", prefix: "") { _ in } }
        )
        requireFailure(
            await failure { () async throws(AWSError) in
                try await s3.putObject(bucket: "b", key: "k", body: .bytes([1]), payloadHash: nil)
            }
        )
    }

    @Test("an error quotes the first line of a page")
    func quoted() async throws {
        let server = try LoopbackServer { _, _ in .answer(200, Self.page, headers: Self.html) }
        defer { server.stop() }
        let client = try ec2(server)
        let error = await failure { () async throws(AWSError) in try await client.describeConversionTasks() }
        #expect(error?.description.contains("an HTML page, not the service's document: <!DOCTYPE html>") == true)
    }

    @Test(
        "a document of another operation is a failure",
        arguments: [
            "<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>", "<Response/>",
            "<DescribeConversionTasksResponse><conversionTasks>", "",
        ]
    )
    func otherDocuments(body: String) async throws {
        let server = try LoopbackServer { _, _ in .answer(200, body) }
        defer { server.stop() }
        let client = try ec2(server)
        requireFailure(await failure { () async throws(AWSError) in try await client.describeConversionTasks() })
    }

    @Test(
        "an error without AWS's document leaves the outcome of ImportVolume unknown",
        arguments: [403, 408, 429, 502]
    )
    func undocumentedErrors(status: Int) async throws {
        let server = try LoopbackServer { _, _ in .answer(status, Self.page, headers: Self.html) }
        defer { server.stop() }
        let client = try ec2(server)
        let request = EC2Client.ImportVolumeRequest(
            availabilityZone: "us-east-1a",
            format: "RAW",
            bytes: 1,
            importManifestURL: "https://b.s3.amazonaws.com/m",
            volumeSize: 1,
            description: nil
        )
        let error = await failure { () async throws(AWSError) in try await client.importVolume(request) }
        #expect(error?.outcome == .unknown)
        #expect(error?.description.contains("<!DOCTYPE html>") == true)
        #expect(server.requests.count == 1)
    }
}
