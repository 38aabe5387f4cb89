package import HTTPClient
package import Logging
import SigV4

/// Finds credentials where the AWS SDKs look for them, in their order: the environment, a web identity, the shared files,
/// a container, the EC2 instance (AWS SDKs and Tools Reference, “Standardized credential providers”).
///
/// What is configured is used: if it fails, that is the error, and nothing is looked for elsewhere.
package struct DefaultCredentials: Sendable {
    private let environment: AWSEnvironment
    private let transport: HTTPTransport
    private let time: RetryTime
    private let logger: Logger

    /// Looks in an environment.
    package init(
        _ environment: AWSEnvironment,
        transport: HTTPTransport,
        time: RetryTime = .system,
        logger: Logger
    ) {
        self.environment = environment
        self.transport = transport
        self.time = time
        self.logger = logger
    }

    /// The provider that the environment leads to. Nobody is asked before its first credentials are.
    ///
    /// - Throws: ``CredentialsError`` that says where was looked, or what is wrong there.
    package func provider() throws(CredentialsError) -> any CredentialsProvider {
        if let credentials = try EnvironmentCredentials.read(environment) { return StaticCredentials(credentials) }
        if let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] {
            guard let arn = environment["AWS_ROLE_ARN"] else {
                throw CredentialsError(
                    description: "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not; set both"
                )
            }
            let role = WebIdentityRole(
                arn: arn,
                tokenFile: file,
                sessionName: environment["AWS_ROLE_SESSION_NAME"]
            )
            return webIdentity(role, setting: "AWS_WEB_IDENTITY_TOKEN_FILE")
        }
        if let provider = try profile() { return provider }
        if environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] != nil
            || environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] != nil
        {
            return cached(try ContainerCredentials(environment, transport: transport, time: time))
        }
        do throws(CredentialsError) {
            let instance = try InstanceCredentials(environment, transport: transport, time: time)
            return cached(LastResort(source: instance, explanation: nothing))
        } catch {
            throw nothing(error.description)
        }
    }

    /// The provider of a role's credentials, which those that the environment leads to assume. Nobody is asked before the
    /// first of them are.
    ///
    /// - Parameters:
    ///   - arn: The role's ARN.
    ///   - region: The region whose STS is asked: a role of another partition is not known elsewhere.
    /// - Throws: ``CredentialsError`` as ``provider()`` does.
    package func provider(assuming arn: String, region: String) throws(CredentialsError) -> any CredentialsProvider {
        let client = sts(try provider(), region: region)
        let role = LongSessionCredentials(role: AssumedRole(arn: arn), sessionName: sessionName, client: client)
        return CachedCredentials(role, renewsAtHalf: true, now: time.now)
    }

    /// The provider of the profile; `nil` if there is no such profile and nobody named it, or it has other settings only.
    private func profile() throws(CredentialsError) -> (any CredentialsProvider)? {
        let chain: ProfileChain
        do throws(ProfileChainError) {
            chain = try ProfileChain(profile: environment.profileName, in: environment.profiles)
        } catch {
            switch error {
            case .noProfile where !environment.namesProfile: return nil
            case .noProfile: throw nothing("\(error) in \(places)")
            case .noCredentials(environment.profileName): return nil
            default: throw CredentialsError(description: "\(error) (in \(places))")
            }
        }
        var provider = try source(chain)
        for role in chain.roles {
            let client = sts(provider)
            provider = cached(AssumedRoleCredentials(role: role, sessionName: sessionName, client: client))
        }
        return provider
    }

    private func source(_ chain: ProfileChain) throws(CredentialsError) -> any CredentialsProvider {
        switch chain.source {
        case .keys(let credentials):
            return StaticCredentials(credentials)
        case .named(.environment):
            guard let credentials = try EnvironmentCredentials.read(environment) else {
                throw CredentialsError(
                    description: """
                        profile “\(chain.sourceProfile)” has the credential_source Environment, and AWS_ACCESS_KEY_ID and \
                        AWS_SECRET_ACCESS_KEY are not set
                        """
                )
            }
            return StaticCredentials(credentials)
        case .named(.instance):
            return cached(try InstanceCredentials(environment, transport: transport, time: time))
        case .named(.container):
            return cached(try ContainerCredentials(environment, transport: transport, time: time))
        case .webIdentity(let role):
            return webIdentity(role, setting: "profile “\(chain.sourceProfile)”")
        case .sso(let profile):
            return cached(
                try SSOCredentials(
                    profile,
                    named: chain.sourceProfile,
                    environment,
                    transport: transport,
                    time: time,
                    logger: logger
                )
            )
        case .process(let command):
            return cached(ProcessCredentials(command: command, profile: chain.sourceProfile))
        }
    }

    private func webIdentity(_ role: WebIdentityRole, setting: String) -> any CredentialsProvider {
        // The call is not signed: its token says who asks.
        let client = sts(NoCredentials())
        let source = WebIdentityCredentials(role: role, setting: setting, sessionName: sessionName, client: client)
        return CachedCredentials(source, renewsAtHalf: true, now: time.now)
    }

    private func sts(_ credentials: any CredentialsProvider, region: String? = nil) -> STSClient {
        // Without a region the service's first endpoint must do: every region's gives credentials for all of them.
        let region = region ?? environment.region ?? "us-east-1"
        return STSClient(
            ServiceClient(
                service: .sts,
                endpoint: environment.endpoint(of: .sts, region: region),
                region: region,
                transport: transport,
                credentials: credentials,
                time: time,
                logger: logger
            )
        )
    }

    private func cached(_ source: any CredentialsProvider) -> any CredentialsProvider {
        CachedCredentials(source, now: time.now)
    }

    private var sessionName: String { "ferry-\(time.now())" }

    private var places: String {
        let paths = [SharedFiles.credentialsPath(environment), SharedFiles.configurationPath(environment)]
            .compactMap(\.self)
        return paths.isEmpty ? "any file, for HOME is not set" : paths.joined(separator: " and ")
    }

    private func nothing(_ reason: String) -> CredentialsError {
        CredentialsError(
            description: """
                there are no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, profile \
                “\(environment.profileName)” in \(places) gives none, and \(reason). Set them, or name another profile in \
                AWS_PROFILE. To rehearse without an account, add --sandbox
                """
        )
    }

    /// The place that is looked in when no other is configured: if it has nothing, the error must name them all.
    private struct LastResort: CredentialsProvider {
        let source: any CredentialsProvider
        let explanation: @Sendable (String) -> CredentialsError

        func credentials() async throws(CredentialsError) -> AWSCredentials {
            do throws(CredentialsError) {
                return try await source.credentials()
            } catch {
                throw explanation(error.description)
            }
        }
    }

    /// The credentials of calls that are not signed.
    private struct NoCredentials: CredentialsProvider {
        func credentials() async throws(CredentialsError) -> AWSCredentials {
            throw CredentialsError(description: "this call is not signed")
        }
    }
}
