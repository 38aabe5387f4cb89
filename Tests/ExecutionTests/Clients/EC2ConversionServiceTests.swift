import AWS
import EC2Types
import Execution
import Logging
import TestSupport
import Testing

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

@Suite("EC2 as the executor sees it, over HTTP")
struct EC2ConversionServiceTests {
    @Test("A presigned address in EC2's words about a task goes no further than this")
    func statusMessage() async throws {
        let server = try LoopbackServer { _, _ in
            .answer(
                200,
                """
                <DescribeConversionTasksResponse><conversionTasks><item><conversionTaskId>import-vol-1</conversionTaskId><importVolume/>\
                <state>cancelled</state><statusMessage>Cannot read https://b.s3.amazonaws.com/k.xml?X-Amz-Signature=abc \
                now</statusMessage></item></conversionTasks></DescribeConversionTasksResponse>
                """
            )
        }
        let transport = try HTTPTransport()
        defer {
            transport.shutdown()
            server.stop()
        }
        let client = ServiceClient(
            service: .ec2,
            endpoint: AWSEndpoint(custom: server.url),
            region: "us-east-1",
            transport: transport,
            credentials: StaticCredentials(AWSCredentials(accessKeyID: "AKID", secretAccessKey: Secret("secret"))),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        for ids in [nil, ["import-vol-1"]] as [[String]?] {
            let statuses = try await EC2ConversionService(EC2Client(client)).conversions(ids: ids)
            #expect(statuses.map(\.statusMessage) == ["Cannot read https://b.s3.amazonaws.com/k.xml?… now"])
        }
    }
}
