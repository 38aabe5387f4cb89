import HTTPClient
import Logging
import Migration
import Operations
import Sandbox

/// Clients of a sandbox that keeps its data in a test's folder.
actor SandboxProvider: ServiceProvider {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Creates the buckets in place of the sandbox's user; otherwise no bucket exists.
    private let createsBuckets: Bool
    private let folder: String
    private let knownZones: [KnownZone]?
    private let faults: SandboxFaults
    private var sandbox: Sandbox?
    /// How often clients were asked for.
    private(set) var opened = 0

    init(folder: String, createsBuckets: Bool = true, zones: [KnownZone]? = nil, faults: SandboxFaults = .none) {
        self.faults = faults
        self.folder = folder
        self.createsBuckets = createsBuckets
        knownZones = zones
    }

    nonisolated var isEmbedded: Bool { true }

    func start(region: String, buckets: Set<String>) async throws {
        let configuration = SandboxConfiguration(
            dataDirectory: folder,
            region: region,
            buckets: createsBuckets ? buckets.sorted() : [],
            faults: faults
        )
        sandbox = try await Sandbox.start(
            configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func clients(for identity: AWSIdentity, bandwidth: Bandwidth?) throws -> ServiceClients {
        opened += 1
        // Without HOME, no configuration of this machine is read.
        let variables = [
            "AWS_ENDPOINT_URL": sandbox?.endpoint ?? "",
            "AWS_ACCESS_KEY_ID": SandboxConfiguration.defaultAccessKeyID,
            "AWS_SECRET_ACCESS_KEY": SandboxConfiguration.defaultSecretAccessKey,
        ]
        return try AWSProvider(variables: variables, logger: Self.logger).clients(for: identity, bandwidth: bandwidth)
    }

    nonisolated func zones(of region: String) -> [KnownZone]? { knownZones }

    func stop() async {
        await sandbox?.stop()
        sandbox = nil
    }
}
