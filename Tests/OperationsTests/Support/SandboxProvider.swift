import AWS
import HTTPClient
import Logging
import Migration
import Operations
import Sandbox
import SigV4
import WireEncoding

/// Clients of a sandbox that keeps its data in a test's folder.
actor SandboxProvider: ServiceProvider {
    /// Creates the buckets in place of the sandbox's user; otherwise no bucket exists.
    private let createsBuckets: Bool
    private let folder: String
    private let knownZones: [KnownZone]?
    private var sandbox: Sandbox?
    /// How often clients were asked for.
    private(set) var opened = 0

    init(folder: String, createsBuckets: Bool = true, zones: [KnownZone]? = nil) {
        self.folder = folder
        self.createsBuckets = createsBuckets
        knownZones = zones
    }

    func start(region: String, buckets: Set<String>) async throws {
        let configuration = SandboxConfiguration(
            dataDirectory: folder,
            region: region,
            buckets: createsBuckets ? buckets.sorted() : []
        )
        sandbox = try await Sandbox.start(
            configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func clients(for identity: AWSIdentity, bandwidth: Bandwidth?) throws -> ServiceClients {
        opened += 1
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
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in credentials }
    }

    nonisolated func zones(of region: String) -> [KnownZone]? { knownZones }

    func stop() async {
        await sandbox?.stop()
        sandbox = nil
    }
}
