import AWS
import Logging
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// A response to HEAD has no error document: the status alone says the same of many causes.
@Suite("Why a HEAD failed")
struct HeadFailureTests {
    /// The present of the client's clock, 2027-01-15 08:00:00.
    private static let now: Int64 = 1_800_000_000

    /// Credentials whose first session a service takes for expired.
    private final class Sessions: CredentialsProvider {
        private let count = Mutex(0)

        func credentials() async throws(CredentialsError) -> AWSCredentials {
            let number = count.withLock { count in
                count += 1
                return count
            }
            return AWSCredentials(
                accessKeyID: "ID",
                secretAccessKey: Secret("s"),
                sessionToken: Secret("session\(number)")
            )
        }
    }

    private static func client(_ server: LoopbackServer, _ transport: HTTPTransport) -> S3Client {
        let time = RetryTime(now: { now }, sleep: { _ in }, jitter: { 0 })
        return S3Client(
            ServiceClient(
                service: .s3,
                endpoint: AWSEndpoint(custom: server.url),
                region: "us-east-1",
                transport: transport,
                credentials: CachedCredentials(Sessions(), now: { now }),
                time: time,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
        )
    }

    /// A successful response to any request.
    private static func success(_ request: LoopbackServer.Request) -> [LoopbackServer.Step] {
        guard request.method != "HEAD" else {
            return [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nETag: \"t\"\r\n\r\n".utf8))]
        }
        let isList = request.query.contains("list-type=2")
        return .answer(200, isList ? "<ListBucketResult/>" : "1", headers: ["ETag": "\"t\""])
    }

    /// A rejection as S3 sends it: after HEAD without its document.
    private static func rejection(
        _ status: Int,
        _ code: String,
        of request: LoopbackServer.Request,
        headers: [String: String] = [:]
    ) -> [LoopbackServer.Step] {
        let document = "<Error><Code>\(code)</Code><Message>why</Message><RequestId>r-1</RequestId></Error>"
        return .answer(status, request.method == "HEAD" ? "" : document, headers: headers)
    }

    /// Calls, and returns what the caller reported or threw.
    private static func outcome(
        of caller: HeadCaller,
        _ answer: @escaping @Sendable (LoopbackServer.Request) -> [LoopbackServer.Step]
    ) async throws -> (text: String, requests: [LoopbackServer.Request]) {
        let server = try LoopbackServer { _, request in answer(request) }
        let transport = try HTTPTransport()
        defer {
            transport.shutdown()
            server.stop()
        }
        do {
            return (try await caller.call(client(server, transport)), server.requests)
        } catch {
            return ("\(error)", server.requests)
        }
    }

    @Test("Expired credentials are renewed, and the call succeeds", arguments: HeadCaller.allCases)
    func expired(caller: HeadCaller) async throws {
        let (text, requests) = try await Self.outcome(of: caller) { request in
            request.headers["x-amz-security-token"] == "session1"
                ? Self.rejection(400, "ExpiredToken", of: request) : Self.success(request)
        }
        #expect(text == "")
        #expect(requests.prefix(3).map(\.method) == ["HEAD", "GET", "HEAD"])
        #expect(requests[1].headers["range"] == "bytes=0-0" || requests[1].query == "list-type=2&max-keys=0")
    }

    @Test("Credentials that stay expired are called that", arguments: HeadCaller.allCases)
    func staysExpired(caller: HeadCaller) async throws {
        let (text, _) = try await Self.outcome(of: caller) { Self.rejection(400, "ExpiredToken", of: $0) }
        #expect(text.contains("ExpiredToken") && text.contains("credentials have expired"), "\(text)")
    }

    @Test("A wrong clock is corrected by the Date of the response", arguments: HeadCaller.allCases)
    func skewed(caller: HeadCaller) async throws {
        let (text, requests) = try await Self.outcome(of: caller) { request in
            let time = request.headers["x-amz-date"].flatMap { SigningTime($0) }?.seconds ?? 0
            guard time < Self.now + 7000 else { return Self.success(request) }
            let date = ["Date": HTTPDate.text(Self.now + 7200)]
            return Self.rejection(403, "RequestTimeTooSkewed", of: request, headers: date)
        }
        #expect(text == "")
        #expect(requests.prefix(2).map(\.method) == ["HEAD", "HEAD"])
    }

    @Test(
        "Any other cause has S3's own code, message and request id",
        arguments: HeadCaller.allCases,
        ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "AllAccessDisabled"]
    )
    func explained(caller: HeadCaller, code: String) async throws {
        let (text, _) = try await Self.outcome(of: caller) { Self.rejection(403, code, of: $0) }
        for part in [code, "why", "r-1"] { #expect(text.contains(part), "\(part) in \(text)") }
    }

    @Test("A status is never made a code", arguments: HeadCaller.allCases, [400, 403, 405, 409, 410])
    func unexplained(caller: HeadCaller, status: Int) async throws {
        let (text, _) = try await Self.outcome(of: caller) { _ in .answer(status) }
        #expect(text.contains("HTTP \(status)"), "\(text)")
        for code in ["AccessDenied", "BadRequest", "Redirect", "NotFound"] { #expect(!text.contains(code), "\(text)") }
    }

    @Test(
        "A redirect shows the region that S3 names, and how to go there",
        arguments: HeadCaller.allCases,
        [301, 307, 400]
    )
    func otherRegion(caller: HeadCaller, status: Int) async throws {
        let (text, requests) = try await Self.outcome(of: caller) { _ in
            .answer(status, headers: ["x-amz-bucket-region": "eu-west-1"])
        }
        #expect(text.contains("HTTP \(status): the bucket is in region eu-west-1"), "\(text)")
        #expect(requests.map(\.method) == ["HEAD"])
    }

    @Test("A redirect of S3 without a region shows the endpoint of its document", arguments: HeadCaller.allCases)
    func endpoint(caller: HeadCaller) async throws {
        let (text, _) = try await Self.outcome(of: caller) { request in
            let document = """
                <Error><Code>PermanentRedirect</Code><Message>why</Message><Endpoint>b.s3-eu.example.com</Endpoint></Error>
                """
            return .answer(301, request.method == "HEAD" ? "" : document)
        }
        #expect(text.contains("PermanentRedirect") && text.contains("b.s3-eu.example.com"), "\(text)")
    }

    @Test(
        "A web server's redirect shows its target without secrets, and is not S3's",
        arguments: HeadCaller.allCases,
        [301, 302, 303, 307, 308]
    )
    func foreignRedirect(caller: HeadCaller, status: Int) async throws {
        let (text, _) = try await Self.outcome(of: caller) { _ in
            .answer(status, headers: ["Location": "https://www.example.com/x?X-Amz-Signature=secret"])
        }
        #expect(text.contains("HTTP \(status)") && text.contains("https://www.example.com/x"), "\(text)")
        #expect(text.contains("AWS_ENDPOINT_URL"), "\(text)")
        #expect(!text.contains("Redirect,") && !text.contains("secret"), "\(text)")
    }

    @Test("A server that rejects HEAD alone is told from one that rejects the caller", arguments: HeadCaller.allCases)
    func headAlone(caller: HeadCaller) async throws {
        let (text, _) = try await Self.outcome(of: caller) { request in
            request.method == "HEAD" ? .answer(405) : Self.success(request)
        }
        #expect(text.contains("HTTP 405") && text.contains("not HEAD"), "\(text)")
    }

    @Test("An explanation that does not come leaves the status", arguments: HeadCaller.allCases)
    func lostExplanation(caller: HeadCaller) async throws {
        let (text, _) = try await Self.outcome(of: caller) { request in
            request.method == "HEAD" ? .answer(403) : [.close]
        }
        #expect(text.contains("HTTP 403"), "\(text)")
    }

    @Test("A missing bucket is told from a missing image", arguments: [HeadCaller.sourceObject, .plannedObject])
    func missingBucket(caller: HeadCaller) async throws {
        let (text, _) = try await Self.outcome(of: caller) { Self.rejection(404, "NoSuchBucket", of: $0) }
        #expect(text.contains("NoSuchBucket"), "\(text)")
    }
}
