import Diagnostics
import HTTPClient
package import Migration

/// The AWS clients of one command, or those of the embedded sandbox.
///
/// Clients open when they are first needed and close with the session. A command that needs none starts nothing and
/// sends no request.
package actor AWSSession {
    private let provider: any ServiceProvider
    private let recorded: @Sendable () throws -> MigrationState?
    private var isStarted = false
    /// Several tasks may need the regional clients at the same time: they share the task that opens them.
    private var opening: Task<RegionalClients, any Error>?
    private var others: [ServiceClients] = []
    private var bandwidth: Bandwidth?

    /// Runs an operation and closes the clients that it opened.
    ///
    /// - Parameters:
    ///   - provider: Opens the clients.
    ///   - recorded: Reads the state. Its staging buckets may differ from those of the migration manifests.
    ///   - body: The operation.
    package static func with<Result>(
        _ provider: any ServiceProvider,
        recorded: @escaping @Sendable () throws -> MigrationState? = { nil },
        _ body: (AWSSession) async throws -> Result
    ) async throws -> Result {
        let session = AWSSession(provider: provider, recorded: recorded)
        do {
            let result = try await body(session)
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }

    private init(provider: any ServiceProvider, recorded: @escaping @Sendable () throws -> MigrationState?) {
        self.provider = provider
        self.recorded = recorded
    }

    /// Limits the transfer rate of all clients together that are opened from now on.
    ///
    /// - Parameter bandwidth: The most bytes per second; no limit if `nil`.
    package func limit(bandwidth: Int64?) {
        self.bandwidth = bandwidth.map(Bandwidth.init)
    }

    /// The clients of every region that imports go to. The first call opens them.
    package func clients(for targets: [RegionalTarget]) async throws -> RegionalClients {
        let opening = opening ?? Task { try await open(targets) }
        self.opening = opening
        return try await opening.value
    }

    /// The zones of an identity's region, as EC2 lists them; `nil` if none of the targets has this identity.
    package func zones(of identity: AWSIdentity, for targets: [RegionalTarget]) async throws -> [KnownZone]? {
        if let known = provider.zones(of: identity.region) { return known }
        return try await clients(for: targets).byIdentity[identity]?.zones()
    }

    /// The credentials in use and why, one line for each, without keys. Empty if no clients are open, or they are those of
    /// the embedded sandbox.
    package var credentialsInUse: [String] {
        get async {
            guard let clients = try? await opening?.value else { return [] }
            return Set(clients.byIdentity.values.compactMap(\.credentialsExplanation)).sorted()
        }
    }

    /// The clients of a region with the credentials of the environment, for a command without a migration manifest.
    package func clients(region: String) async throws -> ServiceClients {
        try await start(region: region, buckets: [])
        let opened = try await provider.clients(for: AWSIdentity(region: region), bandwidth: bandwidth)
        others.append(opened)
        return opened
    }

    private func open(_ targets: [RegionalTarget]) async throws -> RegionalClients {
        let region = targets.first?.region ?? "us-east-1"
        try await start(region: region, buckets: Set(targets.map(\.target.staging.value.bucket)))
        var clients: [AWSIdentity: ServiceClients] = [:]
        do {
            for (region, target) in targets {
                let identity = target.identity(in: region)
                guard clients[identity] == nil else { continue }
                let opened = try await provider.clients(for: identity, bandwidth: bandwidth)
                clients[identity] = opened
                clients[identity] = try await opened.resolved()
            }
            return try RegionalClients(targets, clients: clients, isEmbedded: provider.isEmbedded, recorded: recorded)
        } catch {
            for opened in clients.values { opened.close() }
            throw error
        }
    }

    private func start(region: String, buckets: Set<String>) async throws {
        guard !isStarted else { return }
        try await provider.start(region: region, buckets: buckets)
        isStarted = true
    }

    private func close() async {
        try? await opening?.value.close()
        opening = nil
        for clients in others { clients.close() }
        others = []
        if isStarted { await provider.stop() }
        isStarted = false
    }
}
