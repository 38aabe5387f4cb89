package import AWS
import EC2Types
package import Execution
package import HTTPClient
package import Logging
package import Migration
import SigV4

/// The EC2 and S3 clients of one identity in one region.
package struct ServiceClients: Sendable {
    package let service: EC2ConversionService
    package let staging: S3StagingStore
    package let objects: S3SourceObjects
    package let ec2: EC2Client
    package let s3: S3Client
    /// Whether the EC2 endpoint is AWS's, not a configured one.
    package let isAWS: Bool
    private let transport: HTTPTransport

    /// Opens clients of the endpoints that an environment names.
    ///
    /// - Parameters:
    ///   - environment: Endpoints, proxies, certificates, and the retry policy.
    ///   - identity: The region.
    ///   - bandwidth: The rate that all clients of a run share; no limit if `nil`.
    ///   - logger: Logs retries.
    ///   - credentials: Chooses the credentials, given the chain that the AWS SDKs follow.
    package init(
        environment: AWSEnvironment,
        identity: AWSIdentity,
        bandwidth: Bandwidth?,
        logger: Logger,
        credentials: (DefaultCredentials) throws(CredentialsError) -> any CredentialsProvider
    ) throws {
        let region = identity.region
        var configuration = TransportConfiguration()
        configuration.certificates = environment.certificates
        configuration.proxies = environment.proxies
        configuration.bandwidth = bandwidth
        let policy = try environment.retryPolicy()
        let transport = try HTTPTransport(configuration)
        let credentials = try credentials(DefaultCredentials(environment, transport: transport, logger: logger))
        func client(_ service: AWSService) -> ServiceClient {
            ServiceClient(
                service: service,
                endpoint: environment.endpoint(of: service, region: region),
                region: region,
                transport: transport,
                credentials: credentials,
                policy: policy,
                logger: logger
            )
        }
        self.transport = transport
        isAWS = environment.endpoint(of: .ec2, region: region).isAWS
        ec2 = EC2Client(client(.ec2))
        s3 = S3Client(client(.s3))
        service = EC2ConversionService(ec2)
        staging = S3StagingStore(s3)
        objects = S3SourceObjects(s3)
    }

    /// The available zones of the region.
    package func zones() async throws -> [KnownZone] {
        try await ec2.describeAvailabilityZones().filter { $0.state == "available" }
            .map { KnownZone(name: $0.name, id: $0.id) }
    }

    /// Cancels every outstanding request.
    package func close() {
        transport.shutdown()
    }
}
