import AWS
import Logging
import Synchronization

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// Credentials that are nobody's.
let testCredentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE",
    secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
    sessionToken: nil
)

/// Time that passes only when somebody waits, and chance that is always the same.
final class ManualTime: Sendable {
    private static let start: Int64 = 1_800_000_000

    private let state = Mutex((passed: Duration.zero, waits: [Duration]()))

    /// How long was waited, each time.
    var waits: [Duration] { state.withLock { $0.waits } }

    /// Lets time pass.
    func advance(_ seconds: Int64) {
        state.withLock { $0.passed += .seconds(seconds) }
    }

    /// As a client takes it.
    var retryTime: RetryTime {
        RetryTime(
            now: { Self.start + self.state.withLock { $0.passed.components.seconds } },
            elapsed: {
                let (seconds, attoseconds) = self.state.withLock { $0.passed.components }
                return Double(seconds) + Double(attoseconds) * 1e-18
            },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.waits.append(duration)
                    state.passed += duration
                }
            },
            jitter: { 1 }
        )
    }
}

/// A client of a loopback server.
func serviceClient(
    _ service: AWSService,
    _ url: String,
    transport: HTTPTransport,
    policy: RetryPolicy = RetryPolicy(),
    time: ManualTime = ManualTime(),
    credentials: any CredentialsProvider = StaticCredentials(testCredentials),
    logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
) -> ServiceClient {
    ServiceClient(
        service: service,
        endpoint: AWSEndpoint(custom: url),
        region: "us-east-1",
        transport: transport,
        credentials: credentials,
        policy: policy,
        time: time.retryTime,
        logger: logger
    )
}
