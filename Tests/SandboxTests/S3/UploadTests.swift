import AWS
import Foundation
import Hashing
import Sandbox
import TestSupport
import Testing

@testable import HTTPClient
@testable import SigV4

@Suite("Bodies of uploads")
struct UploadTests {
    /// An upload that doesn't keep its word, and the answer to it.
    struct Broken: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var headers: [(name: String, value: String)] = []
        var payloadHash: String?
        var code: String
    }

    static let content = Array("the content of an object".utf8)

    static let broken = [
        Broken(
            testDescription: "another payload hash",
            payloadHash: SHA256.digest(of: "other").hex,
            code: "XAmzContentSHA256Mismatch"
        ),
        Broken(
            testDescription: "another MD5",
            headers: [("Content-MD5", Data(MD5.digest(of: "other".utf8)).base64EncodedString())],
            code: "BadDigest"
        ),
        Broken(testDescription: "an MD5 that is none", headers: [("Content-MD5", "AAAA")], code: "InvalidDigest"),
        Broken(
            testDescription: "another CRC-32",
            headers: [("x-amz-checksum-crc32", "AAAAAA==")],
            code: "BadDigest"
        ),
        Broken(
            testDescription: "another CRC-32C",
            headers: [("x-amz-checksum-crc32c", "AAAAAA==")],
            code: "BadDigest"
        ),
        Broken(
            testDescription: "another SHA-256",
            headers: [("x-amz-checksum-sha256", Data(SHA256.digest(of: "other").bytes).base64EncodedString())],
            code: "BadDigest"
        ),
        Broken(
            testDescription: "a checksum that the sandbox doesn't have",
            headers: [("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=")],
            code: "NotImplemented"
        ),
        Broken(
            testDescription: "a payload hash that is none",
            payloadHash: "nonsense",
            code: "AuthorizationHeaderMalformed"
        ),
    ]

    @Test("A body that isn't what was announced is refused, and nothing is stored", arguments: broken)
    func refusal(of upload: Broken) async throws {
        try await SandboxFixture.run { fixture in
            let target = "/\(SandboxFixture.bucket)/key"
            let answer = try await fixture.send(
                "PUT",
                target,
                headers: upload.headers,
                body: Self.content,
                payloadHash: upload.payloadHash
            )
            #expect(answer.errorCode == upload.code)
            #expect(try await fixture.send("HEAD", target).status == 404)
            let scratch = fixture.folder.path("data/scratch")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).isEmpty)
        }
    }

    @Test("Right checksums are accepted and given back")
    func checksums() async throws {
        try await SandboxFixture.run { fixture in
            let crc = CRC32.value(of: Self.content, polynomial: .castagnoli)
            let value = Data(withUnsafeBytes(of: crc.bigEndian) { Array($0) }).base64EncodedString()
            let target = "/\(SandboxFixture.bucket)/key"
            let headers = [(name: "x-amz-checksum-crc32c", value: value)]
            #expect(try await fixture.send("PUT", target, headers: headers, body: Self.content).status == 200)
            let get = try await fixture.send("GET", target, headers: [("x-amz-checksum-mode", "ENABLED")])
            #expect(get.header("x-amz-checksum-crc32c") == value)
            #expect(get.header("etag") == "\"\(MD5.digest(of: Self.content).hexadecimal)\"")
        }
    }

    @Test("Of writers that all want to be the first, one is")
    func race() async throws {
        try await SandboxFixture.run { fixture in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        try await fixture.send(
                            "PUT",
                            "/\(SandboxFixture.bucket)/lock",
                            headers: [("If-None-Match", "*")],
                            body: Array("\(number)".utf8)
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 412, count: 15))
        }
    }

    @Test("A body in signed chunks is decoded, and a changed chunk refused", arguments: [true, false])
    func signedChunks(isRight: Bool) async throws {
        try await SandboxFixture.run { fixture in
            let answer = try await ChunkedUpload(isRight: isRight).send(Self.content, to: fixture)
            #expect(answer.status == (isRight ? 200 : 403), "\(String(decoding: answer.body, as: UTF8.self))")
            let get = try await fixture.send("GET", "/\(SandboxFixture.bucket)/chunked")
            #expect(isRight ? get.body == Self.content : get.status == 404)
        }
    }

    @Test("A trailing checksum is verified", arguments: [true, false])
    func trailer(isRight: Bool) async throws {
        try await SandboxFixture.run { fixture in
            let crc = CRC32.value(of: Self.content, polynomial: .iso)
            let value =
                isRight ? Data(withUnsafeBytes(of: crc.bigEndian) { Array($0) }).base64EncodedString() : "AAAAAA=="
            let body =
                Array("a\r\n".utf8) + Self.content[..<10] + Array("\r\ne\r\n".utf8) + Self.content[10...]
                + Array("\r\n0\r\nx-amz-checksum-crc32:\(value)\r\n\r\n".utf8)
            let answer = try await fixture.send(
                "PUT",
                "/\(SandboxFixture.bucket)/trailer",
                headers: [
                    ("x-amz-decoded-content-length", "\(Self.content.count)"),
                    ("x-amz-trailer", "x-amz-checksum-crc32"),
                    ("Content-Encoding", "aws-chunked"),
                ],
                body: body,
                payloadHash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
            )
            #expect(answer.status == (isRight ? 200 : 400))
            let get = try await fixture.send("GET", "/\(SandboxFixture.bucket)/trailer")
            #expect(isRight ? get.body == Self.content : get.status == 404)
            #expect(get.header("content-encoding") == nil)
        }
    }

    @Test("A large body goes through in pieces")
    func large() async throws {
        try await SandboxFixture.run { fixture in
            var body = [UInt8](repeating: 7, count: 9 << 20)
            body[5 << 20] = 8
            let digest = SHA256.digest(of: body)
            try await fixture.s3().putObject(
                bucket: SandboxFixture.bucket,
                key: "large",
                body: .bytes(body),
                payloadHash: digest
            )
            let back = try await fixture.s3().getObject(bucket: SandboxFixture.bucket, key: "large")
            #expect(SHA256.digest(of: back) == digest)
            let range = (Int64(5) << 20)...(Int64(5) << 20 + 1)
            let piece = try await fixture.s3().getObject(bucket: SandboxFixture.bucket, key: "large", range: range)
            #expect(piece == [8, 7])
        }
    }

    @Test("A bucket may stand in the host's name")
    func virtualHost() async throws {
        try await SandboxFixture.run { fixture in
            try await fixture.s3().putObject(
                bucket: SandboxFixture.bucket,
                key: "a/b",
                body: .bytes(Self.content),
                payloadHash: nil
            )
            let authority = fixture.endpoint.dropFirst("http://".count)
            let port = authority.split(separator: ":").last ?? ""
            var request = HTTPRequest(
                url: "http://\(SandboxFixture.bucket).localhost:\(port)/a/b",
                headers: [("X-Amz-Content-Sha256", SHA256.digest(of: "").hex)],
                connectTo: String(authority)
            )
            try SigV4(region: SandboxFixture.region, service: "s3").sign(
                &request,
                payloadHash: SHA256.digest(of: "").hex,
                credentials: SandboxFixture.credentials(),
                at: .ago(0)
            )
            #expect(try await fixture.transport.send(request).body == Self.content)
        }
    }
}
