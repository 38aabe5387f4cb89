package import AWS
import EC2Types
package import Execution
package import HTTPClient
package import Logging
package import Migration
import SigV4
package import WireEncoding

/// The EC2 and S3 clients of one identity in one region.
package struct ServiceClients: Sendable {
    package let service: EC2ConversionService
    package let objects: S3SourceObjects
    package let ec2: EC2Client
    package let s3: S3Client
    /// Whether the EC2 endpoint is AWS's, not a configured one.
    package let isAWS: Bool
    /// The EC2 endpoint, without credentials.
    package let endpoint: String
    /// The credentials in use and why, in one line without keys; `nil` in the embedded sandbox.
    package let credentialsExplanation: String?
    /// The account of the credentials; `nil` until ``resolved()`` has queried STS.
    package private(set) var account: AWSAccount?
    private let sts: STSClient
    /// The client that signs the calls of EC2.
    private let signer: ServiceClient
    /// Whether STS has another endpoint than EC2.
    private let hasSeparateSTS: Bool
    private let transport: HTTPTransport

    /// Opens clients of the endpoints that an environment names.
    ///
    /// - Parameters:
    ///   - environment: Endpoints, proxies, certificates, and the retry policy.
    ///   - identity: The region.
    ///   - bandwidth: The rate that all clients of a run share; no limit if `nil`.
    ///   - logger: Logs retries.
    ///   - credentials: Chooses the credentials, given the chain that the AWS SDKs follow, and explains the choice; `nil`
    ///     where there is nothing to explain.
    package init(
        environment: AWSEnvironment,
        identity: AWSIdentity,
        bandwidth: Bandwidth?,
        logger: Logger,
        credentials: (DefaultCredentials) throws(CredentialsError) -> (any CredentialsProvider, explanation: String?)
    ) throws {
        let region = identity.region
        var configuration = TransportConfiguration()
        configuration.certificates = try environment.certificates
        configuration.proxies = environment.proxies
        configuration.bandwidth = bandwidth
        let policy = try environment.retryPolicy()
        func endpoint(_ service: AWSService) throws(ConfigurationError) -> AWSEndpoint {
            try environment.endpoint(of: service, region: region)
        }
        let (ec2Endpoint, stsEndpoint) = (try endpoint(.ec2), try endpoint(.sts))
        let s3Endpoint = try endpoint(.s3)
        let transport = try HTTPTransport(configuration)
        let (credentials, explanation) = try credentials(
            DefaultCredentials(environment, transport: transport, logger: logger)
        )
        func client(_ service: AWSService, _ endpoint: AWSEndpoint) -> ServiceClient {
            ServiceClient(
                service: service,
                endpoint: endpoint,
                region: region,
                transport: transport,
                credentials: credentials,
                policy: policy,
                logger: logger
            )
        }
        self.transport = transport
        credentialsExplanation = explanation
        isAWS = ec2Endpoint.isAWS
        self.endpoint = URLRedaction.redacted(ec2Endpoint.url)
        sts = STSClient(client(.sts, stsEndpoint))
        hasSeparateSTS = stsEndpoint.url != ec2Endpoint.url
        signer = client(.ec2, ec2Endpoint)
        ec2 = EC2Client(signer)
        s3 = S3Client(client(.s3, s3Endpoint))
        service = EC2ConversionService(ec2)
        objects = S3SourceObjects(s3)
    }

    /// The clients with the account of their credentials.
    ///
    /// Where the EC2 endpoint is not AWS's and there is no STS, the endpoint counts as the account.
    ///
    /// - Throws: `AWSError` if STS fails for AWS, or for a reason that passes.
    package func resolved() async throws -> ServiceClients {
        guard account == nil else { return self }
        var resolved = self
        resolved.account = try await queryAccount()
        return resolved
    }

    private func queryAccount() async throws(AWSError) -> AWSAccount {
        do throws(AWSError) {
            let identity = try await sts.callerIdentity()
            let partition = identity.arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst().first
            return .account(id: identity.account, partition: partition.map(String.init) ?? "aws")
        } catch {
            // A failure that passes says nothing about the account, and must not change it.
            guard !isAWS, error.isUnavailable || hasSeparateSTS && error.isUnreachable else { throw error }
            return .endpoint(endpoint)
        }
    }

    /// The staging bucket of a target.
    ///
    /// - Parameters:
    ///   - owner: The account that must own the bucket; that of the credentials if `nil`.
    ///   - addressing: The only form of import manifests' URLs; any if `nil`.
    package func staging(owner: String?, addressing: S3Addressing? = nil) -> S3StagingStore {
        S3StagingStore(s3.expecting(bucketOwner: owner ?? account?.id), addressing: addressing)
    }

    /// The claims in the staging bucket of a target.
    ///
    /// - Parameter owner: The account that must own the bucket; that of the credentials if `nil`.
    package func claims(owner: String?) -> S3ClaimStore {
        S3ClaimStore(s3.expecting(bucketOwner: owner ?? account?.id), account: account ?? .endpoint(endpoint))
    }

    /// The session of the credentials; `nil` for keys that do not end, and where there are no credentials.
    func session() async -> CredentialsSession? {
        // A failure is an error of the next call, not of a remark about the session.
        try? await signer.session()
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
