import AWS
import HTTPClient
import Logging
import Migration
import Operations
import Sandbox
import SigV4
import WireEncoding

/// The sandbox in ferry's own process.
actor EmbeddedSandbox: ServiceProvider {
    /// The folder of its data.
    static let folder = WorkFolder.path + "/sandbox"

    private let logger: Logger
    private var sandbox: Sandbox?

    /// Creates a provider that starts the sandbox when it is needed.
    init(logger: Logger) {
        self.logger = logger
    }

    nonisolated var isEmbedded: Bool { true }

    func start(region: String, buckets: Set<String>) async throws {
        try WorkFolder.make(Self.folder)
        let configuration = SandboxConfiguration(dataDirectory: Self.folder, region: region, buckets: buckets.sorted())
        sandbox = try await Sandbox.start(configuration, logger: logger)
    }

    /// Opens clients with the sandbox's own credentials: a profile and a role name credentials of AWS.
    func clients(for identity: AWSIdentity, bandwidth: Bandwidth?) throws -> ServiceClients {
        let credentials = StaticCredentials(
            AWSCredentials(
                accessKeyID: SandboxConfiguration.defaultAccessKeyID,
                secretAccessKey: Secret(SandboxConfiguration.defaultSecretAccessKey)
            )
        )
        return try ServiceClients(
            environment: AWSEnvironment(["AWS_ENDPOINT_URL": sandbox?.endpoint ?? ""]),
            identity: identity,
            bandwidth: bandwidth,
            logger: logger
        ) { _ in (credentials, explanation: nil) }
    }

    nonisolated func zones(of region: String) -> [KnownZone]? {
        SandboxZones.zones(of: region).map { KnownZone(name: $0.name, id: $0.id) }
    }

    func stop() async {
        await sandbox?.stop()
        sandbox = nil
    }
}
