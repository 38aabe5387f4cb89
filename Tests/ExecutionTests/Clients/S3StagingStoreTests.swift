import AWS
import EC2Types
import Hashing
import Logging
import Migration
import TestSupport
import Testing

@testable import Execution
@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

@Suite("Staging in S3, over HTTP")
struct S3StagingStoreTests {
    private static let location = StagingLocation(bucket: "staging", prefix: "ferry/")
    private static let part = SHA256.digest(of: "part")

    /// Runs a body with the store of a server.
    private func with(
        _ answer: @escaping @Sendable (LoopbackServer.Request) -> [LoopbackServer.Step],
        _ body: (S3StagingStore, LoopbackServer) async throws -> Void
    ) async throws {
        let server = try LoopbackServer { _, request in answer(request) }
        let transport = try HTTPTransport()
        defer {
            transport.shutdown()
            server.stop()
        }
        let client = ServiceClient(
            service: .s3,
            endpoint: AWSEndpoint(custom: server.url),
            region: "us-east-1",
            transport: transport,
            credentials: StaticCredentials(AWSCredentials(accessKeyID: "AKID", secretAccessKey: Secret("secret"))),
            policy: RetryPolicy(maximumAttempts: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await body(S3StagingStore(S3Client(client)), server)
    }

    @Test(
        "URLs of an import manifest have every form that the endpoint and the bucket allow, the usual first",
        arguments: [
            (
                "aws", "fleet",
                ["fleet.s3.ap-south-1.amazonaws.com/", "s3.ap-south-1.amazonaws.com/fleet/", "fleet.s3.amazonaws.com/"]
            ),
            ("aws", "fleet.eu", ["s3.ap-south-1.amazonaws.com/fleet.eu/"]),
            ("http://s3.example.com:9000", "fleet", ["s3.example.com:9000/fleet/", "fleet.s3.example.com:9000/"]),
            ("http://127.0.0.1:9000", "fleet", ["127.0.0.1:9000/fleet/"]),
            ("http://[::1]:9000", "fleet", ["[::1]:9000/fleet/"]),
        ]
    )
    func importManifestURLs(endpoint: String, bucket: String, expected: [String]) async throws {
        let transport = try HTTPTransport()
        defer { transport.shutdown() }
        let client = ServiceClient(
            service: .s3,
            endpoint: endpoint == "aws" ? AWSEndpoint(.s3, region: "ap-south-1") : AWSEndpoint(custom: endpoint),
            region: "ap-south-1",
            transport: transport,
            credentials: StaticCredentials(AWSCredentials(accessKeyID: "AKID", secretAccessKey: Secret("secret"))),
            policy: RetryPolicy(maximumAttempts: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let location = StagingLocation(bucket: bucket, prefix: "")
        let urls = try await S3StagingStore(S3Client(client)).importManifestURLs(key: "k", in: location)
        let shown = urls.map { $0.url.split(separator: "?")[0].split(separator: "//", maxSplits: 1)[1] }
        #expect(shown == expected.map { "\($0)k" })
        for form in S3Addressing.allCases {
            let store = S3StagingStore(S3Client(client), addressing: form)
            let only = try? await store.importManifestURLs(key: "k", in: location).map(\.addressing)
            #expect(only == (urls.map(\.addressing).contains(form) ? [form] : nil))
        }
    }

    @Test("keys that name no part are not listed")
    func stagedParts() async throws {
        try await with { request in
            guard request.form(request.query)["prefix"] == "ferry/parts/" else { return .answer(400) }
            let keys = ["ferry/parts/\(Self.part.hex)", "ferry/parts/readme.txt"]
            let contents = keys.map { "<Contents><Key>\($0)</Key><Size>1</Size></Contents>" }.joined()
            return .answer(200, "<ListBucketResult><IsTruncated>false</IsTruncated>\(contents)</ListBucketResult>")
        } _: { store, _ in
            let parts = try await store.stagedParts(in: Self.location)
            #expect(parts == [Self.part])
        }
    }

    @Test("a part is uploaded from its place in the file, with its digest")
    func putPart() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(Array("0123456789".utf8), to: "image.raw")
        let digest = SHA256.digest(of: "234")
        try await with { _ in
            .answer(200, headers: ["ETag": "\"t\""])
        } _: { store, server in
            let part = FilePart(path: folder.path("image.raw"), offset: 2, length: 3, digest: digest)
            try await store.putPart(part, in: Self.location)
            let request = try #require(server.requests.first)
            #expect(request.method == "PUT" && request.path == "/staging/ferry/parts/\(digest.hex)")
            #expect(request.text == "234")
            #expect(request.headers["x-amz-content-sha256"] == digest.hex)
            #expect(request.headers["x-amz-checksum-sha256"] == Base64.encode(digest.bytes))
        }
    }

    @Test("a missing object is no error; another failure keeps S3's code")
    func object() async throws {
        try await with { request in
            switch request.path {
            case "/staging/there": .answer(200, "content", headers: ["ETag": "\"t\""])
            case "/staging/denied": .answer(403, "<Error><Code>AccessDenied</Code></Error>")
            default: .answer(404, "<Error><Code>NoSuchKey</Code></Error>")
            }
        } _: { store, _ in
            let content = try await store.object(key: "there", in: Self.location)
            #expect(content == Array("content".utf8))
            let missing = try await store.object(key: "missing", in: Self.location)
            #expect(missing == nil)
            let error = await #expect(throws: ServiceError.self) {
                try await store.object(key: "denied", in: Self.location)
            }
            #expect(error?.code == "AccessDenied")
        }
    }
}
