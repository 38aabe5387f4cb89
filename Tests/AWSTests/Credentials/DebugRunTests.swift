import AWS
import Logging
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

@Suite("A run with every line of the log")
struct DebugRunTests {
    /// Keeps all that is logged, with every value beside it.
    private final class Lines: Sendable {
        private let lines = Mutex([String]())

        var text: String { lines.withLock { $0.joined(separator: "\n") } }

        func add(_ line: String) {
            lines.withLock { $0.append(line) }
        }

        var logger: Logger {
            Logger(label: "debug") { _ in Handler(lines: self) }
        }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.add("\(event.level) \(event.message) \(event.metadata ?? [:]) \(metadata)")
        }
    }

    @Test("Nothing that is logged, and no error, holds the secret, the token or a signature")
    func secrets() async throws {
        let secret = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
        let token = "theSessionTokenOfTheRun"
        let fixture = try CredentialsFixture()
        let lines = Lines()
        // Every request fails in another way before it succeeds, and the answers quote what they were sent.
        let server = try LoopbackServer { number, request in
            let quoted = (request.text + request.target + (request.headers["authorization"] ?? ""))
                .replacing("&", with: "&amp;")
            let error =
                "<Response><Errors><Error><Code>%</Code><Message>bad: https://b/k?\(quoted)</Message></Error></Errors></Response>"
            switch number % 4 {
            case 0: return .answer(503, error.replacing("%", with: "RequestLimitExceeded"))
            case 1: return .answer(500, error.replacing("%", with: "InternalError"))
            case 2: return [.reset]
            default: return .answer(400, error.replacing("%", with: "InvalidParameterValue"))
            }
        }
        let credentials = AWSCredentials(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: Secret(secret),
            sessionToken: Secret(token)
        )
        let client = { (service: AWSService) in
            serviceClient(
                service,
                server.url,
                transport: fixture.transport,
                policy: RetryPolicy(maximumAttempts: 4),
                credentials: StaticCredentials(credentials),
                logger: lines.logger
            )
        }
        let (ec2, s3) = (EC2Client(client(.ec2)), S3Client(client(.s3)))
        let url = try await s3.presignedURL("GET", bucket: "b", key: "k")
        let request = EC2Client.ImportVolumeRequest(
            availabilityZone: "z",
            format: "RAW",
            bytes: 1,
            importManifestURL: url.absoluteString,
            volumeSize: 1,
            description: nil
        )
        var errors = [
            await failure { () async throws(AWSError) in try await ec2.importVolume(request) },
            await failure { () async throws(AWSError) in try await ec2.availabilityZones() },
            await failure { () async throws(AWSError) in try await ec2.describeConversionTasks() },
            await failure { () async throws(AWSError) in
                try await s3.putObject(bucket: "b", key: "k", body: .bytes([1]), payloadHash: nil)
            },
            await failure { () async throws(AWSError) in try await s3.getObject(bucket: "b", key: "k") },
        ].map { error in "\(error.map { "\($0)" } ?? "") \(String(reflecting: error))" }
        errors.append("\(url) \(String(reflecting: url)) \(credentials) \(request)")
        let signatures = server.requests.compactMap { request in
            request.headers["authorization"]?.split(separator: "Signature=").last.map(String.init)
        }
        #expect(signatures.count >= 10)
        let all = ([lines.text] + errors).joined(separator: "\n")
        #expect(lines.text.contains("attempt 2 follows"))
        #expect(all.contains("InvalidParameterValue"))
        for hidden in [secret, token, "X-Amz-Signature"] + signatures {
            #expect(!all.contains(hidden), "\(hidden.prefix(20))")
        }
        server.stop()
    }
}
