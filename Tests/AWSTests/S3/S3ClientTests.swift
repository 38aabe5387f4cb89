import AWS
import EC2Types
import Hashing
import Logging
import TestSupport
import Testing

@testable import HTTPClient
@testable import WireEncoding

@Suite("S3 client")
struct S3ClientTests {
    private func client(_ server: LoopbackServer) throws -> S3Client {
        S3Client(serviceClient(.s3, server.url, transport: try HTTPTransport()))
    }

    private static let tagged = ["ETag": "\"t\""]

    @Test("A part is stored from its file under the hash that is signed")
    func put() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("0123456789", to: "image")
        let server = try LoopbackServer { _, _ in .answer(200, headers: Self.tagged) }
        let hash = SHA256.digest(of: "3456")
        try await client(server).putObject(
            bucket: "b",
            key: "p/ä+%",
            body: .file(path: path, offset: 3, length: 4),
            payloadHash: hash
        )
        let request = try #require(server.requests.first)
        #expect(request.method == "PUT")
        #expect(request.target == "/b/p/%C3%A4%2B%25")
        #expect(request.text == "3456")
        #expect(request.headers["x-amz-content-sha256"] == hash.hex)
        #expect(request.headers["content-type"] == "application/octet-stream")
        #expect(
            request.headers["authorization"]?
                .contains("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date,") == true
        )
        server.stop()
    }

    @Test("A body in memory is always signed; a file without a hash is not")
    func payloadHash() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("abc", to: "f")
        let server = try LoopbackServer { _, _ in .answer(200, headers: Self.tagged) }
        let client = try client(server)
        for body in [HTTPRequest.Body.bytes(Array("abc".utf8)), .file(path: path, offset: 0, length: 3)] {
            try await client.putObject(bucket: "b", key: "k", body: body, payloadHash: nil)
        }
        #expect(
            server.requests.map { $0.headers["x-amz-content-sha256"] }
                == [SHA256.digest(of: "abc").hex, "UNSIGNED-PAYLOAD"]
        )
        server.stop()
    }

    @Test("A part that a reset interrupts is sent again, whole")
    func interrupted() async throws {
        let server = try LoopbackServer { number, _ in number == 0 ? [.reset] : .answer(200, headers: Self.tagged) }
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        try await client(server).putObject(bucket: "b", key: "k", body: .bytes(bytes), payloadHash: nil)
        #expect(server.requests.map { $0.body == bytes } == [true, true])
        server.stop()
    }

    @Test(
        "A conditional write is not made again after an unknown outcome",
        arguments: [[.reset], .answer(500)] as [[LoopbackServer.Step]]
    )
    func conditionalUnknown(steps: [LoopbackServer.Step]) async throws {
        let server = try LoopbackServer { _, _ in steps }
        let client = try client(server)
        let error = await failure { () async throws(AWSError) in
            try await client.putObject(bucket: "b", key: "k", body: [1], condition: .absent)
        }
        #expect(error?.outcome == .unknown)
        #expect(error?.isConditionFailure == false)
        #expect(server.requests.count == 1)
        server.stop()
    }

    @Test(
        "A condition goes with the request, and its failure is told from other errors",
        arguments: [
            (WriteCondition.absent, "if-none-match", "*"), (.unchanged(entityTag: "\"x\""), "if-match", "\"x\""),
        ]
    )
    func conditional(condition: WriteCondition, name: String, value: String) async throws {
        let server = try LoopbackServer { number, _ in number == 0 ? .answer(200, headers: Self.tagged) : .answer(412) }
        let client = try client(server)
        let tag = try await client.putObject(bucket: "b", key: "k", body: [1], condition: condition)
        #expect(tag == "\"t\"")
        #expect(server.requests.first?.headers[name] == value)
        let error = await failure { () async throws(AWSError) in
            try await client.putObject(bucket: "b", key: "k", body: [1], condition: condition)
        }
        #expect(error?.isConditionFailure == true)
        #expect(error?.outcome == .rejected)
        server.stop()
    }

    @Test("A range that is answered with the whole object is an error, not the range")
    func ignoredRange() async throws {
        let server = try LoopbackServer { _, request in
            #expect(request.headers["range"] == "bytes=2-3")
            return .answer(200, "whole", headers: Self.tagged)
        }
        let client = try client(server)
        let whole = await failure { () async throws(AWSError) in
            try await client.getObject(bucket: "b", key: "k", range: 2...3)
        }
        let opened = await failure { () async throws(AWSError) in
            try await client.openObject(bucket: "b", key: "k", range: 2...3)
        }
        for error in [whole, opened] { #expect(error?.description.contains("a range was asked for") == true) }
        server.stop()
    }

    @Test("An object can be taken as it arrives; what fails before its head is tried again")
    func open() async throws {
        let server = try LoopbackServer { number, _ in number == 0 ? [.reset] : .answer(200, "content") }
        let stream = try await client(server).openObject(bucket: "b", key: "k")
        #expect(try await stream.collect(upTo: 100) == Array("content".utf8))
        let missing = try LoopbackServer { _, _ in .answer(404, "<Error><Code>NoSuchKey</Code></Error>") }
        let client = try client(missing)
        let error = await failure { () async throws(AWSError) in try await client.openObject(bucket: "b", key: "k") }
        #expect(error?.code == "NoSuchKey")
        #expect(error?.isNotFound == true)
        server.stop()
        missing.stop()
    }

    @Test("A version is asked for by its id, read only as it was, and presigned with its id")
    func version() async throws {
        let server = try LoopbackServer { _, request in
            let target = request.target
            guard target == "/b/k?versionId=v%2F1" else { return .answer(400) }
            guard request.method == "HEAD" else {
                return request.headers["if-match"] == "\"t\"" ? .answer(412) : .answer(400)
            }
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nETag: \"t\"\r\nx-amz-version-id: v/1\r\n"
            let archive = "x-amz-storage-class: DEEP_ARCHIVE\r\n\r\n"
            return [.send(Array((head + archive).utf8))]
        }
        let client = try client(server)
        let head = try #require(try await client.headObject(bucket: "b", key: "k", version: "v/1"))
        #expect(head.byteCount == 9 && head.entityTag == "\"t\"" && head.versionID == "v/1" && head.isArchived)
        let error = await failure { () async throws(AWSError) in
            try await client.readObject(bucket: "b", key: "k", version: "v/1", range: 0...1, entityTag: head.entityTag)
        }
        #expect(error?.isConditionFailure == true)
        let url = try await client.presignedURL("GET", bucket: "b", key: "k", version: "v/1").absoluteString
        #expect(url.hasPrefix("\(server.url)/b/k?versionId=v%2F1&X-Amz-Algorithm="))
        server.stop()
    }

    @Test("A bucket of another region is told with the region, which is all that an answer to HEAD has room for")
    func otherRegion() async throws {
        let server = try LoopbackServer { _, _ in
            [.send(Array("HTTP/1.1 301 M\r\nx-amz-bucket-region: eu-west-1\r\nContent-Length: 9\r\n\r\n".utf8))]
        }
        let client = try client(server)
        let error = await failure { () async throws(AWSError) in try await client.headObject(bucket: "b", key: "k") }
        #expect(error?.description.contains("HTTP 301: the bucket is in region eu-west-1") == true)
        server.stop()
    }

    @Test("What is not there: no length, no error on removal")
    func missing() async throws {
        let server = try LoopbackServer { _, request in
            request.method == "HEAD" ? [.send(Array("HTTP/1.1 404 N\r\nContent-Length: 9\r\n\r\n".utf8))] : .answer(204)
        }
        let client = try client(server)
        #expect(try await client.headObject(bucket: "b", key: "k") == nil)
        #expect(try await client.headBucket("b") == false)
        try await client.deleteObject(bucket: "b", key: "k")
        server.stop()
    }

    @Test("A list is read page by page, names decoded")
    func list() async throws {
        let server = try LoopbackServer { number, request in
            let query = request.form(request.query)
            #expect(query["prefix"] == "a b/&")
            #expect(query["continuation-token"] == (number == 0 ? nil : "to+ken/="))
            let more = number == 0 ? "<NextContinuationToken>to+ken/=</NextContinuationToken>" : ""
            return .answer(
                200,
                """
                <ListBucketResult><IsTruncated>\(number == 0)</IsTruncated><EncodingType>url</EncodingType>\
                <Contents><Key>a+b%2F%26\(number)%01</Key></Contents>\(more)</ListBucketResult>
                """
            )
        }
        var keys: [String] = []
        try await client(server).listObjects(bucket: "b", prefix: "a b/&") { keys += $0.map(\.key) }
        #expect(keys == ["a b/&0\u{1}", "a b/&1\u{1}"])
        server.stop()
    }

    @Test("Pages that lead back to themselves end with an error")
    func circle() async throws {
        let body =
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>"
        let server = try LoopbackServer { _, _ in .answer(200, body) }
        let client = try client(server)
        let error = await failure { () async throws(AWSError) in
            try await client.listObjects(bucket: "b", prefix: "") { _ in }
        }
        #expect(error?.description.contains("same page") == true)
        server.stop()
    }

    @Test("An upload in parts names its parts; an error within a 200 is an error")
    func multipart() async throws {
        let server = try LoopbackServer { number, _ in
            switch number {
            case 0: .answer(200, "<R><UploadId>u/1</UploadId></R>")
            case 1: .answer(200, headers: Self.tagged)
            case 2: .answer(200, "<Error><Code>InternalError</Code><Message>m</Message></Error>")
            default: .answer(204)
            }
        }
        let client = try client(server)
        let upload = try await client.createMultipartUpload(bucket: "b", key: "k")
        let part = try await client.uploadPart(upload, number: 7, body: .bytes([1]), payloadHash: nil)
        let error = await failure { () async throws(AWSError) in
            try await client.completeMultipartUpload(upload, parts: [part])
        }
        #expect(error?.code == "InternalError")
        #expect(error?.outcome == .unknown)
        try await client.abortMultipartUpload(upload)
        #expect(
            server.requests.map { "\($0.method) \($0.target)" } == [
                "POST /b/k?uploads=", "PUT /b/k?partNumber=7&uploadId=u%2F1", "POST /b/k?uploadId=u%2F1",
                "DELETE /b/k?uploadId=u%2F1",
            ]
        )
        #expect(server.requests[2].text.contains("<Part><PartNumber>7</PartNumber><ETag>\"t\"</ETag></Part>"))
        server.stop()
    }

    @Test(
        "The bucket is in the host's name at AWS, unless no certificate covers it, and in the path elsewhere",
        arguments: [
            ("us-east-1", "bucket", "https://bucket.s3.us-east-1.amazonaws.com/k"),
            ("cn-north-1", "bucket", "https://bucket.s3.cn-north-1.amazonaws.com.cn/k"),
            ("us-gov-west-1", "bucket", "https://bucket.s3.us-gov-west-1.amazonaws.com/k"),
            ("eu-west-1", "my.bucket", "https://s3.eu-west-1.amazonaws.com/my.bucket/k"),
        ]
    )
    func addresses(region: String, bucket: String, url: String) async throws {
        let client = S3Client(
            ServiceClient(
                service: .s3,
                endpoint: try AWSEnvironment([:]).endpoint(of: .s3, region: region),
                region: region,
                transport: try HTTPTransport(),
                credentials: StaticCredentials(testCredentials),
                logger: Logger(label: "test")
            )
        )
        let presigned = try await client.presignedURL("GET", bucket: bucket, key: "k", expiry: 5).absoluteString
        #expect(presigned.hasPrefix(url + "?X-Amz-Algorithm="))
    }
}
