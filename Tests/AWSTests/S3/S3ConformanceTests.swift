import AWS
import EC2Types
import Hashing
import Testing

@testable import HTTPClient
@testable import WireEncoding

@Suite("S3 client against servers of others", .enabled(if: !TestServer.all.isEmpty))
struct S3ConformanceTests {
    @Test("an object is stored, read, measured and removed", arguments: TestServer.all)
    func object(_ server: TestServer) async throws {
        let (_, client, bucket) = try await server.open()
        let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await client.putObject(
            bucket: bucket,
            key: "a/b",
            body: .bytes(content),
            payloadHash: SHA256.digest(of: content)
        )
        #expect(try await client.headObject(bucket: bucket, key: "a/b")?.byteCount == 100_000)
        #expect(try await client.getObject(bucket: bucket, key: "a/b") == content)
        #expect(try await client.getObject(bucket: bucket, key: "a/b", range: 10...4_000) == Array(content[10...4_000]))
        try await client.deleteObject(bucket: bucket, key: "a/b")
        #expect(try await client.headObject(bucket: bucket, key: "a/b") == nil)
        // Removed twice is removed.
        try await client.deleteObject(bucket: bucket, key: "a/b")
    }

    @Test("what is missing has no length, and cannot be read", arguments: TestServer.all)
    func missing(_ server: TestServer) async throws {
        let (_, client, bucket) = try await server.open()
        #expect(try await client.headObject(bucket: bucket, key: "none") == nil)
        let error = await #expect(throws: AWSError.self) { try await client.getObject(bucket: bucket, key: "none") }
        #expect(error?.code == "NoSuchKey")
        #expect(try await client.headBucket(bucket))
        #expect(try await client.headBucket(bucket + "-none") == false)
    }

    @Test("more keys than a page holds are all listed", arguments: TestServer.all)
    func list(_ server: TestServer) async throws {
        let (_, client, bucket) = try await server.open()
        let keys = (0..<1_050).map { "p/\(10_000 + $0)" }
        let hash = SHA256.digest(of: [1])
        try await withThrowingTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    for index in stride(from: worker, to: keys.count, by: 8) {
                        try await client.putObject(
                            bucket: bucket,
                            key: keys[index],
                            body: .bytes([1]),
                            payloadHash: hash
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        try await client.putObject(bucket: bucket, key: "q/1", body: .bytes([1]), payloadHash: hash)
        var pages: [[String]] = []
        try await client.listObjects(bucket: bucket, prefix: "p/") { pages.append($0.map(\.key)) }
        #expect(pages.count > 1)
        #expect(pages.flatMap { $0 }.filter { !$0.hasSuffix("/") } == keys)
    }

    @Test(
        "any key names its own object",
        arguments: TestServer.all,
        ["with space", "a+b", "100%", "%41", "Grüße/日本語", "x&y=z", "semi;colon", "quote'\"", "tilde~", "key?q#f"]
    )
    func key(_ server: TestServer, _ key: String) async throws {
        let (_, client, bucket) = try await server.open()
        let content = Array(key.utf8)
        try await client.putObject(bucket: bucket, key: key, body: .bytes(content), payloadHash: nil)
        #expect(try await client.getObject(bucket: bucket, key: key) == content)
        var keys: [String] = []
        try await client.listObjects(bucket: bucket, prefix: "") { keys += $0.map(\.key) }
        #expect(keys.filter { !$0.hasSuffix("/") } == [key])
    }

    @Test("a presigned URL is valid without credentials, and only as it is", arguments: TestServer.all)
    func presigned(_ server: TestServer) async throws {
        let (transport, client, bucket) = try await server.open()
        let content = Array("content".utf8)
        for key in ["a b+c", "other"] {
            try await client.putObject(bucket: bucket, key: key, body: .bytes(content), payloadHash: nil)
        }
        let url = try await client.presignedURL("GET", bucket: bucket, key: "a b+c", expiry: 600).absoluteString
        let answer = try await transport.send(HTTPRequest(url: url))
        #expect(answer.status == 200)
        #expect(answer.body == content)

        let otherKey = url.replacing("a%20b%2Bc", with: "other")
        let longer = url.replacing("X-Amz-Expires=600", with: "X-Amz-Expires=601")
        for tampered in [otherKey, longer] {
            try #require(tampered != url)
            #expect(try await transport.send(HTTPRequest(url: tampered)).status == 403)
        }
        #expect(try await transport.send(HTTPRequest(method: "DELETE", url: url)).status == 403)
        #expect(try await client.headObject(bucket: bucket, key: "a b+c")?.byteCount == 7)
    }

    @Test("a wrong secret is refused", arguments: TestServer.all)
    func wrongSecret(_ server: TestServer) async throws {
        let (transport, _, bucket) = try await server.open()
        let client = server.client(transport, secret: "not the secret of this key")
        let error = await #expect(throws: AWSError.self) {
            try await client.putObject(bucket: bucket, key: "k", body: .bytes([1]), payloadHash: nil)
        }
        #expect(error?.code == "SignatureDoesNotMatch")
        #expect(error?.outcome == .rejected)
        #expect(error?.description.contains("not the secret") == false)
    }

    @Test("an upload in parts makes one object", arguments: TestServer.all)
    func parts(_ server: TestServer) async throws {
        let (_, client, bucket) = try await server.open()
        let first = [UInt8](repeating: 1, count: 5 << 20)
        let upload = try await client.createMultipartUpload(bucket: bucket, key: "big")
        var parts: [MultipartUpload.Part] = []
        for (number, content) in [(1, first), (2, [2, 3])] {
            let hash = SHA256.digest(of: content)
            parts.append(
                try await client.uploadPart(upload, number: number, body: .bytes(content), payloadHash: hash)
            )
        }
        try await client.completeMultipartUpload(upload, parts: parts)
        #expect(try await client.headObject(bucket: bucket, key: "big")?.byteCount == Int64(first.count + 2))
        let seam = Int64(first.count)
        #expect(try await client.getObject(bucket: bucket, key: "big", range: seam - 1...seam + 1) == [1, 2, 3])
    }

    @Test("a body that is not what was hashed is refused", .enabled(if: TestServer.juiceFS != nil))
    func wrongPayloadHash() async throws {
        let (_, client, bucket) = try await #require(TestServer.juiceFS).open()
        let error = await #expect(throws: AWSError.self) {
            try await client.putObject(
                bucket: bucket,
                key: "k",
                body: .bytes([1, 2, 3]),
                payloadHash: SHA256.digest(of: [4])
            )
        }
        #expect(error?.code == "XAmzContentSHA256Mismatch")
        #expect(try await client.headObject(bucket: bucket, key: "k") == nil)
    }

    @Test("conditional writes happen only under their condition", .enabled(if: TestServer.seaweedFS != nil))
    func conditions() async throws {
        let (_, client, bucket) = try await #require(TestServer.seaweedFS).open()
        let tag = try await client.putObject(bucket: bucket, key: "k", body: [1], condition: .absent)
        let second = await #expect(throws: AWSError.self) {
            try await client.putObject(bucket: bucket, key: "k", body: [2], condition: .absent)
        }
        #expect(second?.code == "PreconditionFailed")
        #expect(second?.isConditionFailure == true)
        #expect(try await client.getObject(bucket: bucket, key: "k") == [1])

        _ = try await client.putObject(bucket: bucket, key: "k", body: [3], condition: .unchanged(entityTag: tag))
        let late = await #expect(throws: AWSError.self) {
            try await client.putObject(bucket: bucket, key: "k", body: [4], condition: .unchanged(entityTag: tag))
        }
        #expect(late?.isConditionFailure == true)
        #expect(try await client.getObject(bucket: bucket, key: "k") == [3])
    }
}
