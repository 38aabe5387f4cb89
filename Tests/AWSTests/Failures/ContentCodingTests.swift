import AWS
import EC2Types
import TestSupport
import Testing

@testable import HTTPClient

@Suite("Responses in a coding that ferry did not ask for")
struct ContentCodingTests {
    private typealias Operation = @Sendable (LoopbackServer) async throws -> Void

    /// What reads a body, by name.
    private static let operations: [String: Operation] = [
        "DescribeAvailabilityZones": { _ = try await ec2($0).availabilityZones() },
        "DescribeConversionTasks": { _ = try await ec2($0).describeConversionTasks() },
        "DescribeVolumes": { _ = try await ec2($0).volumes(withTag: "ferry:address") },
        "GetObject": { _ = try await s3($0).readObject(bucket: "b", key: "k") },
        "GetObject of a range": { _ = try await s3($0).readObject(bucket: "b", key: "k", range: 0...1) },
        "GetObject as a stream": { _ = try await s3($0).openObject(bucket: "b", key: "k", range: 0...1) },
        "ListObjectsV2": { server in
            _ = try await s3(server).listObjects(bucket: "b", prefix: "") { _ in }
        },
        "CreateMultipartUpload": { _ = try await s3($0).createMultipartUpload(bucket: "b", key: "k") },
        "container": { server in
            let variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/container"]
            _ = try await CredentialsFixture().credentials(variables)
        },
    ]

    private static func ec2(_ server: LoopbackServer) throws -> EC2Client {
        EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
    }

    private static func s3(_ server: LoopbackServer) throws -> S3Client {
        S3Client(serviceClient(.s3, server.url, transport: try HTTPTransport()))
    }

    private static func answer(_ status: Int, coding: String) -> [LoopbackServer.Step] {
        let fields = ["Content-Encoding": coding, "Server": "squeezer/1", "ETag": "\"t\"", "Content-Type": "text/xml"]
        return .answer(status, "\u{1F}\u{8B}\u{8}", headers: fields)
    }

    @Test(
        "name the coding and the server",
        arguments: operations.keys.sorted(),
        ["gzip", "br", "identity, deflate", "zstd"]
    )
    func coded(operation: String, coding: String) async throws {
        let server = try LoopbackServer { _, request in
            #expect(request.headers["accept-encoding"] == "identity")
            return Self.answer(request.headers["range"] == nil ? 200 : 206, coding: coding)
        }
        defer { server.stop() }
        let error = await #expect(throws: (any Error).self) { try await Self.operations[operation]?(server) }
        let text = error.map { "\($0)" } ?? ""
        let last = coding.split(separator: " ").last.map(String.init) ?? coding
        #expect(text.contains("Content-Encoding \(last)") && text.contains("squeezer/1"), "\(text)")
        #expect(server.requests.count == 1)
    }

    @Test("An error's text is not what its coded body holds", arguments: [400, 403, 404])
    func codedErrors(status: Int) async throws {
        let server = try LoopbackServer { _, _ in Self.answer(status, coding: "gzip") }
        defer { server.stop() }
        let client = try Self.ec2(server)
        let error = await failure { () async throws(AWSError) in try await client.availabilityZones() }
        #expect(error?.code == nil && error?.status == status)
        #expect(error?.description.contains("Content-Encoding gzip") == true)
    }

    @Test(
        "Codings that change nothing are no error",
        arguments: ["identity", "aws-chunked", "", "aws-chunked,identity"]
    )
    func harmless(coding: String) async throws {
        let server = try LoopbackServer { _, _ in
            .answer(200, "content", headers: ["Content-Encoding": coding, "ETag": "\"t\""])
        }
        defer { server.stop() }
        #expect(try await Self.s3(server).getObject(bucket: "b", key: "k") == Array("content".utf8))
    }

    @Test("A response without a body may have any")
    func withoutBody() async throws {
        let server = try LoopbackServer { _, _ in
            .answer(200, headers: ["Content-Encoding": "gzip", "ETag": "\"t\""])
        }
        defer { server.stop() }
        let client = try Self.s3(server)
        #expect(try await client.headObject(bucket: "b", key: "k")?.byteCount == 0)
        try await client.putObject(bucket: "b", key: "k", body: .bytes([1]), payloadHash: nil)
    }
}
