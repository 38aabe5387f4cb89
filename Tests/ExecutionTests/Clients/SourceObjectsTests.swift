import AWS
import EC2Types
import Logging
import Migration
import TestSupport
import Testing

@testable import Execution
@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// Images in S3, over HTTP.
@Suite struct SourceObjectsTests {
    private static let staging = StagingLocation(bucket: "staging", prefix: "ferry/")
    private static let location = ObjectLocation(bucket: "exports", key: "a b.vmdk")

    /// An answer to HEAD, whose length is not that of its body.
    private static func head(_ fields: String...) -> [LoopbackServer.Step] {
        let lines = ["HTTP/1.1 200 OK", "Content-Length: 9"] + fields + ["", ""]
        return [.send(Array(lines.joined(separator: "\r\n").utf8))]
    }

    private static func objects(_ url: String, _ transport: HTTPTransport) -> S3SourceObjects {
        let client = ServiceClient(
            service: .s3,
            endpoint: AWSEndpoint(custom: url),
            region: "us-east-1",
            transport: transport,
            credentials: StaticCredentials(AWSCredentials(accessKeyID: "AKID", secretAccessKey: Secret("secret"))),
            policy: RetryPolicy(maximumAttempts: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return S3SourceObjects(S3Client(client))
    }

    /// Runs a body with objects of a server.
    private func with(
        _ answer: @escaping @Sendable (LoopbackServer.Request) -> [LoopbackServer.Step],
        _ body: (S3SourceObjects, LoopbackServer) async throws -> Void
    ) async throws {
        let server = try LoopbackServer { _, request in answer(request) }
        let transport = try HTTPTransport()
        defer {
            transport.shutdown()
            server.stop()
        }
        try await body(Self.objects(server.url, transport), server)
    }

    @Test("The version that S3 names is the one that is read, and the one that EC2 is given")
    func version() async throws {
        try await with { request in
            switch (request.method, request.target) {
            case ("HEAD", "/exports/a%20b.vmdk"): Self.head("ETag: \"t\"", "x-amz-version-id: v1")
            case ("GET", "/exports/a%20b.vmdk?versionId=v1") where request.headers["if-match"] == "\"t\"":
                request.headers["range"] == "bytes=2-3" ? .answer(206, "ab", headers: ["ETag": "\"t\""]) : .answer(400)
            default: .answer(400)
            }
        } _: { objects, server in
            let state = try #require(try await objects.state(of: Self.location, for: Self.staging))
            #expect(state.version == "v1" && state.entityTag == "t" && state.bytes == 9 && state.isLasting)
            let bytes = try await objects.bytes(of: state, range: 2..<4, for: Self.staging)
            #expect(bytes == Array("ab".utf8))
            let url = try await objects.presignedURL(.get, of: state, for: Self.staging)
            #expect(url.hasPrefix("\(server.url)/exports/a%20b.vmdk?versionId=v1&X-Amz-"))
        }
    }

    @Test(
        "An object that is another one, or gone, or in an archive is not what was planned; one that cannot be asked may be"
    )
    func require() async throws {
        let planned = S3ObjectVersion(bucket: "exports", key: "a b.vmdk", entityTag: "t", bytes: 9)
        for (answer, outcome, words) in [
            (Self.head("ETag: \"u\""), CallOutcome.rejected, "changed after the plan was made"),
            (.answer(404), .rejected, "is not there any more"),
            (Self.head("ETag: \"t\"", "x-amz-storage-class: GLACIER"), .rejected, "in an archive"),
            (.answer(403), .unknown, "HTTP 403"),
        ] as [([LoopbackServer.Step], CallOutcome, String)] {
            try await with { _ in
                answer
            } _: { objects, _ in
                let error = await #expect(throws: ServiceError.self) {
                    try await objects.require(planned, for: Self.staging)
                }
                #expect(error?.outcome == outcome && error?.description.contains(words) == true, "\(words)")
            }
        }
        let restored = Self.head(
            "ETag: \"t\"",
            "x-amz-storage-class: GLACIER",
            "x-amz-restore: ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2012 00:00:00 GMT\""
        )
        for answer in [Self.head("ETag: \"t\""), Self.head("ETag: \"t\"", "x-amz-version-id: null"), restored] {
            try await with { _ in
                answer
            } _: { objects, _ in
                try await objects.require(planned, for: Self.staging)
            }
        }
    }

    @Test("An object that EC2 has read may lie in an archive by now, if it is the same")
    func archivedSince() async throws {
        let planned = S3ObjectVersion(bucket: "exports", key: "a b.vmdk", entityTag: "t", bytes: 9)
        try await with { _ in
            Self.head("ETag: \"t\"", "x-amz-storage-class: DEEP_ARCHIVE")
        } _: { objects, _ in
            try await objects.require(planned, for: Self.staging, wasRead: true)
        }
        try await with { _ in
            Self.head("ETag: \"u\"", "x-amz-storage-class: DEEP_ARCHIVE")
        } _: { objects, _ in
            let error = await #expect(throws: ServiceError.self) {
                try await objects.require(planned, for: Self.staging, wasRead: true)
            }
            #expect(error?.description.contains("changed after the plan was made") == true)
        }
    }

    @Test("An object that changes while it is read is told to have changed")
    func changed() async throws {
        try await with { _ in
            .answer(412)
        } _: { objects, _ in
            let state = S3ObjectVersion(bucket: "exports", key: "k", entityTag: "t", bytes: 9)
            let error = await #expect(throws: ObjectError.self) {
                try await objects.bytes(of: state, range: 0..<4, for: Self.staging)
            }
            #expect(error?.kind == .changed)
        }
    }

    @Test("Of several accounts, the one whose staging bucket it is reads the object; without one nobody does")
    func regional() async throws {
        try await with { request in
            request.headers["authorization"] == nil ? .answer(400) : Self.head("ETag: \"t\"")
        } _: { objects, _ in
            let regional = RegionalSourceObjects(["staging": objects])
            let state = try await regional.state(of: Self.location, for: Self.staging)
            #expect(state?.entityTag == "t")
            let other = StagingLocation(bucket: "other", prefix: "")
            let error = await #expect(throws: ObjectError.self) {
                try await regional.state(of: Self.location, for: other)
            }
            #expect(error?.description.contains("“other”") == true)
        }
    }
}
