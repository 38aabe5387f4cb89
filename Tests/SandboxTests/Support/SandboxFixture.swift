import AWS
import Hashing
import Logging
import Sandbox
import TestSupport

@testable import EC2Types
@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding
@testable import XML

/// A sandbox of one test's own, with clients that sign as the sandbox wants it.
struct SandboxFixture: Sendable {
    static let bucket = "staging-bucket"
    static let region = "us-east-1"

    let folder: TemporaryDirectory
    let sandbox: Sandbox
    let transport: HTTPTransport

    /// Where the sandbox answers.
    var endpoint: String { sandbox.endpoint }

    /// Starts a sandbox, runs `body`, and stops the sandbox whatever happens.
    static func run(
        in folder: TemporaryDirectory? = nil,
        configure: (inout SandboxConfiguration) -> Void = { _ in },
        _ body: (SandboxFixture) async throws -> Void
    ) async throws {
        let folder = try folder ?? TemporaryDirectory()
        var configuration = SandboxConfiguration(dataDirectory: folder.path("data"), buckets: [bucket])
        configure(&configuration)
        let sandbox = try await Sandbox.start(configuration, logger: .silent)
        let transport = try HTTPTransport()
        do {
            try await body(SandboxFixture(folder: folder, sandbox: sandbox, transport: transport))
        } catch {
            transport.shutdown()
            await sandbox.stop()
            throw error
        }
        transport.shutdown()
        await sandbox.stop()
    }

    /// Credentials; those of the configuration's defaults unless told otherwise.
    static func credentials(
        keyID: String = SandboxConfiguration.defaultAccessKeyID,
        secret: String = SandboxConfiguration.defaultSecretAccessKey
    ) -> AWSCredentials {
        AWSCredentials(accessKeyID: keyID, secretAccessKey: Secret(secret))
    }

    /// A client of S3 that tries each call once.
    func s3(_ credentials: AWSCredentials = credentials()) -> S3Client {
        S3Client(client(.s3, region: Self.region, credentials))
    }

    /// A client of EC2 that tries each call once.
    func ec2(region: String = region, _ credentials: AWSCredentials = credentials()) -> EC2Client {
        EC2Client(client(.ec2, region: region, credentials))
    }

    private func client(_ service: AWSService, region: String, _ credentials: AWSCredentials) -> ServiceClient {
        ServiceClient(
            service: service,
            endpoint: AWSEndpoint(custom: endpoint),
            region: region,
            transport: transport,
            credentials: StaticCredentials(credentials),
            policy: RetryPolicy(maximumAttempts: 1),
            logger: .silent
        )
    }

    /// Sends a request, signed as given, that no client would make.
    ///
    /// - Parameters:
    ///   - target: Path and query, percent-encoded.
    ///   - payloadHash: What is signed about the body; its digest if `nil`.
    ///   - age: How many seconds ago it was signed.
    ///   - unsigned: Header fields added after signing.
    func send(
        _ method: String,
        _ target: String,
        service: String = "s3",
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        payloadHash: String? = nil,
        credentials: AWSCredentials = credentials(),
        age: Int64 = 0,
        unsigned: [(name: String, value: String)] = []
    ) async throws -> HTTPResponse {
        let hash = payloadHash ?? SHA256.digest(of: body).hex
        var request = HTTPRequest(
            method: method,
            url: endpoint + target,
            headers: headers + (service == "s3" ? [("X-Amz-Content-Sha256", hash)] : []),
            body: body.isEmpty && (method == "GET" || method == "HEAD") ? .none : .bytes(body)
        )
        try SigV4(region: Self.region, service: service)
            .sign(&request, payloadHash: hash, credentials: credentials, at: SigningTime.ago(age))
        request.headers += unsigned
        return try await transport.send(request)
    }

    /// The task of an id, once it is neither active nor being cancelled.
    func settled(_ id: String, region: String = region) async throws -> ConversionTask {
        for _ in 0..<1_200 {
            let tasks = try await ec2(region: region).describeConversionTasks(ids: [id])
            if let task = tasks.first, task.state != .active, task.state != .cancelling { return task }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw NeverSettled(id: id)
    }

    private struct NeverSettled: Error {
        let id: String
    }
}

extension Logger {
    /// Says nothing.
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension SigningTime {
    /// The moment `seconds` ago.
    static func ago(_ seconds: Int64) -> SigningTime {
        SigningTime(seconds: PresentTime.seconds - seconds)
    }
}

extension HTTPResponse {
    /// The code of an error in S3's or EC2's form.
    var errorCode: String? {
        let root = try? XMLElement.parse(body)
        return root?.text("Code") ?? root?.child("Errors")?.child("Error")?.text("Code")
    }
}
