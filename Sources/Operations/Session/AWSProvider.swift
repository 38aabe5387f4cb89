import AWS
package import HTTPClient
package import Logging
package import Migration

/// Opens clients of AWS with the credentials that the AWS SDKs would find.
package struct AWSProvider: ServiceProvider {
    /// The variables that take precedence over a profile when the AWS SDKs look for credentials.
    private static let credentialVariables = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ROLE_ARN",
    ]

    private let variables: [String: String]
    private let logger: Logger

    /// Creates a provider.
    ///
    /// - Parameters:
    ///   - variables: The environment variables of the process.
    ///   - logger: Logs retries.
    package init(variables: [String: String], logger: Logger) {
        self.variables = variables
        self.logger = logger
    }

    /// The region that the environment or its profile names; `nil` if neither does.
    package func region() throws -> String? {
        AWSEnvironment(variables, profiles: try SharedFiles.read(variables)).region
    }

    package var isEmbedded: Bool { false }

    package func start(region: String, buckets: Set<String>) {}

    package func clients(for identity: AWSIdentity, bandwidth: Bandwidth?) throws -> ServiceClients {
        var variables = variables
        // A profile named in a migration manifest overrides the credentials in the environment.
        if let profile = identity.profile {
            for name in Self.credentialVariables { variables[name] = nil }
            variables["AWS_PROFILE"] = profile
        }
        return try ServiceClients(
            environment: AWSEnvironment(variables, profiles: try SharedFiles.read(variables)),
            identity: identity,
            bandwidth: bandwidth,
            logger: logger
        ) { source throws(CredentialsError) in
            guard let role = identity.roleARN else { return try source.provider() }
            return try source.provider(assuming: role, region: identity.region)
        }
    }

    package func zones(of region: String) -> [KnownZone]? { nil }

    package func stop() {}
}
