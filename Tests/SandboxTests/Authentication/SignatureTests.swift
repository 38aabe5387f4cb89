import AWS
import Foundation
import Hashing
import Sandbox
import Testing

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

@Suite("Signatures")
struct SignatureTests {
    /// A way to sign wrongly, and what each service answers to it.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var credentials = SandboxFixture.credentials()
        var age: Int64 = 0
        var s3: (status: Int, code: String)
        var ec2: (status: Int, code: String)
    }

    static let cases = [
        Case(
            testDescription: "a wrong secret",
            credentials: SandboxFixture.credentials(secret: "wrong"),
            s3: (403, "SignatureDoesNotMatch"),
            ec2: (403, "SignatureDoesNotMatch")
        ),
        Case(
            testDescription: "an unknown key",
            credentials: SandboxFixture.credentials(keyID: "AKIAUNKNOWN"),
            s3: (403, "InvalidAccessKeyId"),
            ec2: (401, "AuthFailure")
        ),
        Case(
            testDescription: "a clock 16 minutes behind",
            age: 960,
            s3: (403, "RequestTimeTooSkewed"),
            ec2: (400, "RequestExpired")
        ),
        Case(
            testDescription: "a clock 16 minutes ahead",
            age: -960,
            s3: (403, "RequestTimeTooSkewed"),
            ec2: (400, "RequestExpired")
        ),
    ]

    @Test("What is signed wrongly is refused in each service's words", arguments: cases)
    func refusal(of wrong: Case) async throws {
        try await SandboxFixture.run { fixture in
            let s3 = try await fixture.send(
                "GET",
                "/\(SandboxFixture.bucket)",
                credentials: wrong.credentials,
                age: wrong.age
            )
            #expect(s3.status == wrong.s3.status)
            #expect(s3.errorCode == wrong.s3.code)
            let ec2 = try await fixture.send(
                "POST",
                "/",
                service: "ec2",
                headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array("Action=DescribeConversionTasks&Version=2016-11-15".utf8),
                credentials: wrong.credentials,
                age: wrong.age
            )
            #expect(ec2.status == wrong.ec2.status)
            #expect(ec2.errorCode == wrong.ec2.code)
        }
    }

    @Test("A clock 14 minutes off is accepted", arguments: [840, -840])
    func allowedSkew(age: Int64) async throws {
        try await SandboxFixture.run { fixture in
            let answer = try await fixture.send("GET", "/\(SandboxFixture.bucket)", age: age)
            #expect(answer.status == 200)
        }
    }

    @Test("No signature is refused, and an answer says so in each service's words")
    func unsigned() async throws {
        try await SandboxFixture.run { fixture in
            let s3 = try await fixture.transport.send(HTTPRequest(url: "\(fixture.endpoint)/\(SandboxFixture.bucket)"))
            #expect(s3.status == 403)
            #expect(s3.errorCode == "AccessDenied")
            let action = "Action=DescribeVolumes&Version=2016-11-15"
            let ec2 = try await fixture.transport.send(HTTPRequest(url: "\(fixture.endpoint)/?\(action)"))
            #expect(ec2.status == 403)
            #expect(ec2.errorCode == "MissingAuthenticationToken")
        }
    }

    @Test("A body other than the one signed is refused")
    func changedForm() async throws {
        try await SandboxFixture.run { fixture in
            let answer = try await fixture.send(
                "POST",
                "/",
                service: "ec2",
                headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array("Action=DescribeVolumes&Version=2016-11-15".utf8),
                payloadHash: SHA256.digest(of: "another body").hex
            )
            #expect(answer.errorCode == "SignatureDoesNotMatch")
        }
    }

    @Test("An x-amz- header that isn't signed is refused")
    func unsignedHeader() async throws {
        try await SandboxFixture.run { fixture in
            let answer = try await fixture.send(
                "PUT",
                "/\(SandboxFixture.bucket)/key",
                unsigned: [("x-amz-meta-added", "later")]
            )
            #expect(answer.status == 403)
            #expect(answer.errorCode == "AccessDenied")
        }
    }

    @Test("A presigned URL works for its method, its object and its time alone")
    func presigned() async throws {
        try await SandboxFixture.run { fixture in
            let put = try url("PUT", "key ü", of: fixture)
            let stored = try await fixture.transport.send(
                HTTPRequest(method: "PUT", url: put, body: .bytes(Array("by URL".utf8)))
            )
            #expect(stored.status == 200)
            let get = try url("GET", "key ü", of: fixture)
            #expect(try await fixture.transport.send(HTTPRequest(url: get)).body == Array("by URL".utf8))
            for wrong in [put, get.replacing("key", with: "kez"), get.replacing("Expires=60", with: "Expires=6000")] {
                let answer = try await fixture.transport.send(HTTPRequest(url: wrong))
                #expect(answer.status == 403)
                #expect(answer.errorCode == "SignatureDoesNotMatch")
            }
            let old = try url("GET", "key ü", of: fixture, age: 62)
            let expired = try await fixture.transport.send(HTTPRequest(url: old))
            #expect(expired.status == 403)
            #expect(expired.errorCode == "AccessDenied")
            #expect(String(decoding: expired.body, as: UTF8.self).contains("Request has expired"))
        }
    }

    @Test("A signature for the other service is refused")
    func otherService() async throws {
        try await SandboxFixture.run { fixture in
            let s3 = try await fixture.send("GET", "/\(SandboxFixture.bucket)", service: "ec2")
            #expect(s3.errorCode == "AuthorizationHeaderMalformed")
            let ec2 = try await fixture.send("GET", "/?Action=DescribeVolumes&Version=2016-11-15", service: "s3")
            #expect(ec2.errorCode == "IncompleteSignature")
        }
    }

    @Test("None of many wrong secrets is accepted, by header or by URL")
    func manyWrongSecrets() async throws {
        try await SandboxFixture.run { fixture in
            for number in 0..<300 {
                let wrong = SandboxFixture.credentials(secret: "wrong \(number)")
                let answer = try await fixture.send("GET", "/\(SandboxFixture.bucket)", credentials: wrong)
                #expect(answer.status == 403)
                let url = try SigV4(region: SandboxFixture.region, service: "s3").presign(
                    "GET",
                    url: "\(fixture.endpoint)/\(SandboxFixture.bucket)",
                    expiry: 60,
                    credentials: wrong,
                    at: .ago(0)
                )
                let presigned = try await fixture.transport.send(HTTPRequest(url: url.absoluteString))
                #expect(presigned.status == 403)
            }
        }
    }

    @Test("A secret is in no answer and no description")
    func secrecy() async throws {
        try await SandboxFixture.run { fixture in
            let wrong = SandboxFixture.credentials(secret: "wrong")
            let answer = try await fixture.send("GET", "/\(SandboxFixture.bucket)", credentials: wrong)
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(text.contains("StringToSign"))
            #expect(!text.contains(SandboxConfiguration.defaultSecretAccessKey))
            let configuration = SandboxConfiguration(dataDirectory: "/x", secretAccessKey: "hidden-secret")
            #expect(!"\(configuration)".contains("hidden-secret"))
        }
    }

    /// Signature Version 2 as the EC2 API Reference of 2013 describes it.
    @Test("Signature Version 2 is verified", arguments: [true, false])
    func version2(isRight: Bool) async throws {
        try await SandboxFixture.run { fixture in
            let host = fixture.endpoint.dropFirst("http://".count)
            let signed = SigningTime.ago(0).text
            let day = signed.prefix(8)
            let time = signed.dropFirst(9)
            let date = "\(day.prefix(4))-\(day.dropFirst(4).prefix(2))-\(day.suffix(2))"
            let clock = "\(time.prefix(2)):\(time.dropFirst(2).prefix(2)):\(time.dropFirst(4).prefix(2))"
            let parameters = [
                ("AWSAccessKeyId", SandboxConfiguration.defaultAccessKeyID), ("Action", "DescribeConversionTasks"),
                ("SignatureMethod", "HmacSHA256"), ("SignatureVersion", "2"), ("Timestamp", "\(date)T\(clock)Z"),
                ("Version", "2013-02-01"),
            ]
            let query = parameters.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
            let code = HMACSHA256.code(
                for: "GET\n\(host)\n/\n\(query)".utf8,
                key: (isRight ? SandboxConfiguration.defaultSecretAccessKey : "wrong").utf8
            )
            let signature = PercentEncoding.encode(Data(code.bytes).base64EncodedString())
            let answer = try await fixture.transport.send(
                HTTPRequest(url: "\(fixture.endpoint)/?\(query)&Signature=\(signature)")
            )
            #expect(answer.status == (isRight ? 200 : 403))
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(text.contains(isRight ? "http://ec2.amazonaws.com/doc/2013-02-01/" : "SignatureDoesNotMatch"))
        }
    }

    private func url(_ method: String, _ key: String, of fixture: SandboxFixture, age: Int64 = 0) throws -> String {
        let path = PercentEncoding.encode(key, keepingSlash: true)
        return try SigV4(region: SandboxFixture.region, service: "s3").presign(
            method,
            url: "\(fixture.endpoint)/\(SandboxFixture.bucket)/\(path)",
            expiry: 60,
            credentials: SandboxFixture.credentials(),
            at: .ago(age)
        ).absoluteString
    }
}
