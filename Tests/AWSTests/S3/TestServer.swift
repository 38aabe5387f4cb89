import AWS
import Foundation
import Logging
import Testing

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// An S3 server of others that `Scripts/s3-servers` started, as the environment names it.
struct TestServer: Sendable, CustomTestStringConvertible {
    let name: String
    let endpoint: String
    let accessKey: String
    let secretKey: String

    var testDescription: String { name }

    /// The gateway of JuiceFS, which verifies payload hashes.
    static let juiceFS = TestServer("JUICEFS")
    /// SeaweedFS, which knows conditional writes.
    static let seaweedFS = TestServer("SEAWEEDFS")
    /// Those that are there.
    static let all = [juiceFS, seaweedFS].compactMap(\.self)

    private init?(_ name: String) {
        let environment = ProcessInfo.processInfo.environment
        guard let endpoint = environment["FERRY_TEST_\(name)_ENDPOINT"],
            let accessKey = environment["FERRY_TEST_\(name)_ACCESS_KEY"],
            let secretKey = environment["FERRY_TEST_\(name)_SECRET_KEY"]
        else { return nil }
        self.name = name
        self.endpoint = endpoint
        self.accessKey = accessKey
        self.secretKey = secretKey
    }

    /// A client of this server.
    func client(_ transport: HTTPTransport, secret: String? = nil) -> S3Client {
        let credentials = AWSCredentials(accessKeyID: accessKey, secretAccessKey: Secret(secret ?? secretKey))
        return S3Client(
            ServiceClient(
                service: .s3,
                endpoint: AWSEndpoint(custom: endpoint),
                region: "us-east-1",
                transport: transport,
                credentials: StaticCredentials(credentials),
                logger: Logger(label: "test")
            )
        )
    }

    /// A client, its transport, and a new bucket of the test's own.
    func open() async throws -> (transport: HTTPTransport, client: S3Client, bucket: String) {
        let transport = try HTTPTransport()
        let client = client(transport)
        let bucket = "test-\(UUID().uuidString.lowercased())"
        try await client.createBucket(bucket)
        return (transport, client, bucket)
    }
}
