import AWS
import Diagnostics
import Execution
import Foundation
import Logging
import Migration
import Sandbox
import StateStore
import YAML

/// What a command reaches of AWS, or of the sandbox in its own process: opened when it is first needed, closed with the
/// command. A command that needs nothing of it starts nothing and asks nobody.
actor Access {
    private let usesSandbox: Bool
    private let recorded: @Sendable () throws -> MigrationState?
    private let logger: Logger
    private var sandbox: Sandbox?
    /// What opens the connections: several may ask for them at once.
    private var opening: Task<Connections, any Error>?
    private var others: [Connection] = []
    private var bandwidth: Int64?

    /// Runs a command's body and closes what was opened for it.
    ///
    /// - Parameters:
    ///   - common: Whether the sandbox is used, and the state, whose staging buckets may be others than those of the
    ///     manifests.
    ///   - logger: Where retries are logged.
    static func with<Result>(
        _ common: CommonOptions,
        logger: Logger,
        _ body: (Access) async throws -> Result
    ) async throws -> Result {
        let stateFile = common.stateFile
        return try await with(sandbox: common.sandbox, recorded: { try stateFile.read() }, logger: logger, body)
    }

    /// Runs the body of a command that has no state.
    static func with<Result>(
        sandbox: Bool,
        logger: Logger,
        _ body: (Access) async throws -> Result
    ) async throws -> Result {
        try await with(sandbox: sandbox, recorded: { nil }, logger: logger, body)
    }

    private static func with<Result>(
        sandbox: Bool,
        recorded: @escaping @Sendable () throws -> MigrationState?,
        logger: Logger,
        _ body: (Access) async throws -> Result
    ) async throws -> Result {
        let access = Access(usesSandbox: sandbox, recorded: recorded, logger: logger)
        do {
            let result = try await body(access)
            await access.close()
            return result
        } catch {
            await access.close()
            throw error
        }
    }

    private init(usesSandbox: Bool, recorded: @escaping @Sendable () throws -> MigrationState?, logger: Logger) {
        self.usesSandbox = usesSandbox
        self.recorded = recorded
        self.logger = logger
    }

    /// Bounds what each connection that is opened from now on moves, in bytes a second; no bound if `nil`.
    func limit(bandwidth: Int64?) {
        self.bandwidth = bandwidth
    }

    /// The connections to all regions that imports go to. The first call opens them for its targets.
    func connections(for targets: [(region: String, target: MigrationTarget)]) async throws -> Connections {
        let opening = opening ?? Task { try await open(targets) }
        self.opening = opening
        return try await opening.value
    }

    private func open(_ targets: [(region: String, target: MigrationTarget)]) async throws -> Connections {
        let region = targets.first?.region ?? "us-east-1"
        let connect = try await connector(region: region, buckets: Set(targets.map(\.target.staging.value.bucket)))
        return try Connections(targets, recorded: recorded, connect: connect)
    }

    /// The zones that an identity has in its region, as AWS or the sandbox says; `nil` for one that none of the targets has.
    func zones(
        of identity: TargetIdentity,
        for targets: [(region: String, target: MigrationTarget)]
    ) async throws -> [KnownZone]? {
        // Those of the sandbox are known without it.
        if usesSandbox { return EmbeddedSandbox.zones(of: identity.region) }
        return try await connections(for: targets).byIdentity[identity]?.zones()
    }

    /// A connection to a region as whoever the environment names, for a command without a migration manifest.
    func connection(region: String) async throws -> Connection {
        let connect = try await connector(region: region, buckets: [])
        let opened = try connect(TargetIdentity(region: region))
        others.append(opened)
        return opened
    }

    /// What connects to AWS as an identity, or to the sandbox, which is started for it.
    private func connector(
        region: String,
        buckets: Set<String>
    ) async throws -> (TargetIdentity) throws -> Connection {
        let (bandwidth, logger) = (bandwidth, logger)
        guard usesSandbox else { return { try Connection($0, bandwidth: bandwidth, logger: logger) } }
        let sandbox = try await EmbeddedSandbox.start(region: region, buckets: buckets, logger: logger)
        self.sandbox = sandbox
        return { try EmbeddedSandbox.connection(to: sandbox, identity: $0, bandwidth: bandwidth, logger: logger) }
    }

    private func close() async {
        try? await opening?.value.close()
        opening = nil
        for connection in others { connection.close() }
        others = []
        await sandbox?.stop()
        sandbox = nil
    }
}
