import AWS
import EC2Types
import Execution
import Foundation
import HTTPClient
import Logging
import Migration

/// The clients of EC2 and S3 that a command speaks through.
struct Connection: Sendable {
    let service: EC2ConversionService
    let staging: S3StagingStore
    let objects: S3SourceObjects
    let ec2: EC2Client
    let s3: S3Client
    /// Whether EC2 is AWS's own, and not an endpoint that somebody named.
    let isAWS: Bool
    private let transport: HTTPTransport

    /// The variables that come before a profile where the AWS SDKs look for credentials.
    private static let credentialVariables = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ROLE_ARN",
    ]

    /// The region that the environment or its profile names; `nil` if neither does.
    static func environmentRegion() throws -> String? {
        let variables = ProcessInfo.processInfo.environment
        return AWSEnvironment(variables, profiles: try SharedFiles.read(variables)).region
    }

    /// Connects to what the process's environment and the shared files name.
    ///
    /// - Parameters:
    ///   - identity: The region, and the profile of the shared AWS files and the role that a migration manifest names; what
    ///     the environment says of credentials does not take the profile's place.
    ///   - bandwidth: The most that is moved, in bytes a second; no bound if `nil`.
    ///   - logger: Where retries are logged.
    init(_ identity: TargetIdentity, bandwidth: Int64?, logger: Logger) throws {
        var variables = ProcessInfo.processInfo.environment
        if let profile = identity.profile {
            for name in Self.credentialVariables { variables[name] = nil }
            variables["AWS_PROFILE"] = profile
        }
        let environment = AWSEnvironment(variables, profiles: try SharedFiles.read(variables))
        try self.init(
            environment: environment,
            identity: identity,
            bandwidth: bandwidth,
            logger: logger
        ) { source throws(CredentialsError) in
            guard let role = identity.roleARN else { return try source.provider() }
            return try source.provider(assuming: role, region: identity.region)
        }
    }

    /// Connects to what `environment` names.
    ///
    /// - Parameter credentials: Chooses what requests are signed with; it is given what finds credentials as the AWS SDKs
    ///   find them.
    init(
        environment: AWSEnvironment,
        identity: TargetIdentity,
        bandwidth: Int64?,
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

    /// The zones of the region that can be used.
    func zones() async throws -> [KnownZone] {
        try await ec2.describeAvailabilityZones().filter { $0.state == "available" }
            .map { KnownZone(name: $0.name, id: $0.id) }
    }

    /// Ends every request under way.
    func close() {
        transport.shutdown()
    }
}
