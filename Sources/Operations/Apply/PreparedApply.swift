import DiskImages
package import Execution
import Hashing
import Logging
package import Migration
import StateStore

/// A checked plan and the state that it applies to, open for writing.
package struct PreparedApply: Sendable {
    /// The plan.
    package let plan: Plan
    /// Whether the plan was saved, and so already reviewed.
    package let isSaved: Bool
    /// The paths of images that cannot be read on this machine.
    let absentImages: Set<String>
    let limits: MigrationManifest.Limits
    let times: ConsistencyTimes
    let cache: DigestCache
    let digests: @Sendable (SourceImage) async throws -> ImageDigest
    let clients: RegionalClients
    /// The account of each target, to which the state is bound before anything is imported.
    let accounts: TargetBindings
    let state: StateSession
    let scratch: String
    let logger: Logger

    /// Runs the rest of the operation and closes the state, whether it returns or throws.
    package func closing<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await state.closing(body)
    }

    /// Checks that the images to import are here. A plan can be computed from a lock or the state, but not applied.
    ///
    /// - Throws: ``MissingImages``.
    package func requireImages() throws {
        let missing = plan.changes(where: \.action.makesVolume).compactMap(\.desired?.image)
            .filter { absentImages.contains($0.path) }
        guard missing.isEmpty else { throw MissingImages(missing) }
    }

    /// Binds the state to the accounts of this run, for a plan that was approved or has nothing to approve.
    package func bindAccounts() async throws {
        try await state.bind(accounts)
    }

    /// Executes the plan.
    ///
    /// - Parameters:
    ///   - stop: Requests that nothing new is started.
    ///   - report: Takes the events. It is called from many tasks and must not block.
    package func execute(
        stop: StopSignal,
        report: @escaping @Sendable (MigrationEvent) -> Void
    ) async throws -> ExecutionSummary {
        try await bindAccounts()
        // One folder per state: the holder of the state lock has it to itself.
        let repackager = RepackagedImages(folder: "\(scratch)/\(await state.state.lineage)", sources: cache)
        let executor = Executor(
            service: clients.service,
            staging: clients.staging,
            claims: clients.claims,
            session: state,
            digests: digests,
            repackager: repackager,
            objects: clients.objects,
            options: executionOptions,
            clock: ContinuousClock(),
            stop: stop,
            logger: logger,
            report: report
        )
        return try await executor.apply(plan)
    }

    private var executionOptions: ExecutionOptions {
        var options = ExecutionOptions()
        options.uploads = limits.uploads
        options.conversions = limits.conversions
        options.requestsPerSecond = limits.requestsPerSecond
        options.times = times
        if !clients.isAWS {
            // A configured endpoint has no request allowance that others share.
            options.shortestPoll = .milliseconds(100)
            options.longestPoll = .seconds(1)
        }
        return options
    }
}
