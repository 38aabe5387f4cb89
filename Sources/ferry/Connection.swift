import AWS
import Execution
import Foundation
import Logging

/// The clients of EC2 and S3 that a command speaks through.
struct Connection {
    let service: EC2ConversionService
    let staging: S3StagingStore
    /// Whether EC2 is AWS's own, and not an endpoint that somebody named.
    let isAWS: Bool
    private let transport: HTTPTransport

    /// Connects to what the process's environment and the shared files name.
    init(region: String, logger: Logger) throws {
        let variables = ProcessInfo.processInfo.environment
        let environment = AWSEnvironment(variables, profiles: try SharedFiles.read(variables))
        try self.init(environment: environment, credentials: nil, region: region, logger: logger)
    }

    /// Connects to what `environment` names.
    ///
    /// - Parameter credentials: What requests are signed with; found as the AWS SDKs find them if `nil`.
    init(
        environment: AWSEnvironment,
        credentials: (any CredentialsProvider)?,
        region: String,
        logger: Logger
    ) throws {
        var configuration = TransportConfiguration()
        configuration.certificates = environment.certificates
        configuration.proxies = environment.proxies
        let policy = try environment.retryPolicy()
        let transport = try HTTPTransport(configuration)
        let credentials =
            try credentials ?? DefaultCredentials(environment, transport: transport, logger: logger).provider()
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
        service = EC2ConversionService(EC2Client(client(.ec2)))
        staging = S3StagingStore(S3Client(client(.s3)))
    }

    /// Ends every request under way.
    func close() {
        transport.shutdown()
    }
}
