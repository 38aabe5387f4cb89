import AWS
import Synchronization
import TestSupport
import Testing

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

@Suite("Credentials that a service takes for expired")
struct ExpiryTests {
    private final class Source: CredentialsProvider {
        private let count = Mutex(0)

        func credentials() async throws(CredentialsError) -> AWSCredentials {
            let number = count.withLock { count in
                count += 1
                return count
            }
            return AWSCredentials(accessKeyID: "ID\(number)", secretAccessKey: Secret("s"), sessionToken: Secret("t"))
        }
    }

    @Test("They are renewed once and the call is made again at once", arguments: ["ExpiredToken", "RequestExpired"])
    func renewed(code: String) async throws {
        let time = ManualTime()
        let body = "<Response><Errors><Error><Code>\(code)</Code></Error></Errors></Response>"
        let server = try LoopbackServer { number, _ in
            number == 0
                ? .answer(400, body)
                : number == 1 ? .answer(200, "<DescribeAvailabilityZonesResponse/>") : .answer(400, body)
        }
        let credentials = CachedCredentials(Source(), now: time.retryTime.now)
        let client = EC2Client(
            serviceClient(.ec2, server.url, transport: try HTTPTransport(), time: time, credentials: credentials)
        )
        _ = try await client.availabilityZones()
        #expect(time.waits.isEmpty)
        let ids = server.requests.map {
            $0.headers["authorization"]?.split(separator: "/").first?.split(separator: "=").last
        }
        #expect(ids == ["ID1", "ID2"])
        // If the new ones are refused as well it is the error.
        let error = await failure { () async throws(AWSError) in try await client.availabilityZones() }
        #expect(error?.code == code)
        #expect(server.requests.count == 4)
        server.stop()
    }
}
