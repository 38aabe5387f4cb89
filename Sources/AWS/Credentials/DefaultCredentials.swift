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
        switch try CredentialsChoice(environment).source {
        case .environment(let credentials): return StaticCredentials(credentials, origin: .environment)
        case .webIdentity(let role, let setting): return try webIdentity(role, setting: setting)
        case .profile(let chain): return try provider(of: chain)
        case .container: return cached(try ContainerCredentials(environment, transport: transport, time: time))
        case .instance: break
        }
        let (environment, places) = (environment, try environment.sharedFilePlaces)
        do throws(CredentialsError) {
            let instance = try InstanceCredentials(environment, transport: transport, time: time)
            return cached(LastResort(source: instance) { environment.noCredentials(places, because: $0) })
        } catch {
            throw environment.noCredentials(places, because: error.description)
        }
    }

    /// The credentials in use and why, and what is set and not used, in one line without keys.
    ///
    /// - Throws: ``CredentialsError`` as ``provider()`` does.
    package func explanation() throws(CredentialsError) -> String { try CredentialsChoice(environment).description }

    /// The provider of a role's credentials, which those that the environment leads to assume. Nobody is asked before the
    /// first of them are.
    ///
    /// - Parameters:
    ///   - arn: The role's ARN.
    ///   - region: The region whose STS is asked: a role of another partition is not known elsewhere.
    /// - Throws: ``CredentialsError`` as ``provider()`` does.
    package func provider(assuming arn: String, region: String) throws(CredentialsError) -> any CredentialsProvider {
        let client = try sts(try provider(), region: region)
        let role = LongSessionCredentials(role: AssumedRole(arn: arn), sessionName: sessionName, client: client)
        return CachedCredentials(role, renewsAtHalf: true, now: time.now)
    }

    private func provider(of chain: ProfileChain) throws(CredentialsError) -> any CredentialsProvider {
        var provider = try source(chain)
        for role in chain.roles {
            let client = try sts(provider)
            let source = AssumedRoleCredentials(role: role, sessionName: sessionName, client: client)
            provider = CachedCredentials(source, renewsAtHalf: true, now: time.now)
        }
        return provider
    }

    private func source(_ chain: ProfileChain) throws(CredentialsError) -> any CredentialsProvider {
        switch chain.source {
        case .keys(let credentials):
            return StaticCredentials(credentials, origin: .keys(profile: chain.sourceProfile))
        case .named(.environment):
            guard let credentials = try EnvironmentCredentials.read(environment) else {
                throw CredentialsError(
                    description: """
                        profile \(SettingForm.quoted(chain.sourceProfile)) has the credential_source Environment, and \
                        AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set
                        """
                )
            }
            return StaticCredentials(credentials, origin: .environment)
        case .named(.instance):
            return cached(try InstanceCredentials(environment, transport: transport, time: time))
        case .named(.container):
            return cached(try ContainerCredentials(environment, transport: transport, time: time))
        case .webIdentity(let role):
            return try webIdentity(role, setting: "profile \(SettingForm.quoted(chain.sourceProfile))")
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

    private func webIdentity(
        _ role: WebIdentityRole,
        setting: String
    ) throws(CredentialsError) -> any CredentialsProvider {
        var role = role
        role.tokenFile = try CredentialsError.wrapping { () throws(ConfigurationError) in
            try environment.expanded(role.tokenFile, namedBy: "web_identity_token_file of \(setting)")
        }
        // The call is not signed: its token says who asks.
        let client = try sts(NoCredentials())
        let source = WebIdentityCredentials(role: role, setting: setting, sessionName: sessionName, client: client)
        return CachedCredentials(source, renewsAtHalf: true, now: time.now)
    }

    private func sts(
        _ credentials: any CredentialsProvider,
        region: String? = nil
    ) throws(CredentialsError) -> STSClient {
        let (region, endpoint) = try CredentialsError.wrapping { () throws(ConfigurationError) in
            // Without a region the service's first endpoint must do: every region's gives credentials for all of them.
            var region = region
            if region == nil { region = try environment.region }
            let known = region ?? "us-east-1"
            return (known, try environment.endpoint(of: .sts, region: known))
        }
        return STSClient(
            ServiceClient(
                service: .sts,
                endpoint: endpoint,
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

    /// The place that is looked in when no other is configured: if it has nothing, the error must name them all.
    private struct LastResort: CredentialsProvider {
        let source: any CredentialsProvider
        let explanation: @Sendable (String) -> CredentialsError

        var origin: CredentialsSource? { source.origin }

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

extension AWSEnvironment {
    /// The shared files, as a part of a sentence.
    var sharedFilePlaces: String {
        get throws(CredentialsError) {
            let paths = [try SharedFiles.credentialsPath(self), try SharedFiles.configurationPath(self)]
                .compactMap(\.self)
            return paths.isEmpty ? "any file, for HOME is not set" : paths.joined(separator: " and ")
        }
    }

    /// The error of an environment that leads to no credentials.
    func noCredentials(_ places: String, because reason: String) -> CredentialsError {
        let keys = explicitProfile == nil ? "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, " : ""
        return CredentialsError(
            description: """
                there are no AWS credentials: \(keys)profile \
                \(SettingForm.quoted(profileName)) in \(places) gives none, and \(reason). Set them, or name another profile \
                in AWS_PROFILE. To rehearse without an account, add --sandbox
                """
        )
    }
}
