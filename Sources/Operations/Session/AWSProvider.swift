import AWS
package import HTTPClient
package import Logging
package import Migration
import Synchronization

/// Opens clients of AWS with the credentials that the AWS SDKs would find.
package struct AWSProvider: ServiceProvider {
    private let variables: [String: String]
    private let logger: Logger
    /// The problems of the shared files that were logged. The files are read once for each identity.
    private let logged = LoggedProblems()

    /// Creates a provider.
    ///
    /// - Parameters:
    ///   - variables: The environment variables of the process.
    ///   - logger: Logs retries, and what is unusual about the shared files.
    package init(variables: [String: String], logger: Logger) {
        self.variables = variables
        self.logger = logger
    }

    /// The region that the environment or its profile names; `nil` if neither does.
    package func region() throws -> String? {
        try AWSEnvironment(variables, profiles: try SharedFiles.read(variables)).region
    }

    package var isEmbedded: Bool { false }

    package func start(region: String, buckets: Set<String>) {}

    package func clients(for identity: AWSIdentity, bandwidth: Bandwidth?) throws -> ServiceClients {
        let profiles = try SharedFiles.read(variables)
        logged.log(profiles.problems, to: logger)
        // A profile named in a migration manifest is used in place of the keys and web identities in the environment.
        let clients = try ServiceClients(
            environment: AWSEnvironment(variables, profiles: profiles, profile: identity.profile),
            identity: identity,
            bandwidth: bandwidth,
            logger: logger
        ) { source throws(CredentialsError) in
            let explanation = try source.explanation()
            guard let role = identity.roleARN else { return (try source.provider(), explanation) }
            let provider = try source.provider(assuming: role, region: identity.region)
            return (provider, "role \"\(role)\" (migration manifest), assumed with \(explanation)")
        }
        if let explanation = clients.credentialsExplanation { logger.debug("credentials: \(explanation)") }
        return clients
    }

    package func zones(of region: String) -> [KnownZone]? { nil }

    package func stop() {}

    /// Logs each problem once.
    private final class LoggedProblems: Sendable {
        private let problems = Mutex<Set<SharedFileProblem>>([])

        /// Logs problems that are new. What the AWS CLI reads too is worth a line only to who looks for one.
        func log(_ found: [SharedFileProblem], to logger: Logger) {
            for problem in found where problems.withLock({ $0.insert(problem).inserted }) {
                logger.log(level: problem.reason.isRejectedByCLI ? .warning : .info, "\(problem)")
            }
        }
    }
}
