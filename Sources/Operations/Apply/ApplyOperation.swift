package import Hashing
package import Logging
package import Migration
package import StateStore

/// Applies migration manifests or a saved plan.
///
/// ``prepare(report:)`` opens the state for writing and computes and checks the plan. The ``PreparedApply`` that it
/// returns is shown to a person, approved, and executed.
package struct ApplyOperation {
    /// The files and folders of the migration manifests.
    package var manifests: [String]
    /// The saved plan to apply; `nil` to apply what the manifests need now.
    package var saved: Plan?
    /// The choices that change a plan computed now.
    package var options: PlanOptions
    /// The digest that the plan must have; any if `nil`.
    package var expected: SHA256Digest?
    /// The folder for repackaged images.
    package var scratch: String
    /// The state.
    package var stateFile: StateFile
    /// The AWS clients.
    package var aws: AWSSession
    /// Logs what needs no action.
    package var logger: Logger

    /// Prepares to apply.
    package init(
        manifests: [String],
        saved: Plan?,
        options: PlanOptions,
        expected: SHA256Digest?,
        scratch: String,
        stateFile: StateFile,
        aws: AWSSession,
        logger: Logger
    ) {
        self.manifests = manifests
        self.saved = saved
        self.options = options
        self.expected = expected
        self.scratch = scratch
        self.stateFile = stateFile
        self.aws = aws
        self.logger = logger
    }

    /// Loads the manifests, opens the state for writing, and computes and checks the plan.
    ///
    /// - Parameter report: Takes the diagnostics of manifests and images.
    /// - Returns: The plan with the state open. The caller must close it.
    /// - Throws: ``ReportedProblems``; ``PlanStaleness`` if a saved or expected plan no longer applies; errors of the
    ///   state and of AWS.
    package func prepare(report: @escaping DiagnosticHandler) async throws -> PreparedApply {
        let sources = saved.map { $0.sources.isEmpty ? $0.manifests.map(\.path) : $0.sources } ?? manifests
        let files = await ManifestSet.read(sources)
        await aws.limit(bandwidth: files.limits.bandwidth)
        // Read as ferry plan reads it, before opening the state for writing can raise its serial.
        let recorded = files.hasErrors ? nil : try await stateFile.load()
        let session = try await PlanningSession.load(
            files,
            aws: aws,
            options: .init(recorded: recorded) { try await aws.zones(of: $0, for: files.targets) },
            report: report
        )
        let desired = try await session.desiredImports()
        let clients = try await aws.clients(for: session.targets)
        let times = try clients.times(session.limits)
        let state = try await StateSession.open(stateFile, command: "ferry apply")
        do {
            let plan = try await plan(session, desired, clients, recorded: recorded, held: await state.state)
            return PreparedApply(
                plan: plan,
                isSaved: saved != nil,
                absentImages: desired.absentImages,
                limits: session.limits,
                times: times,
                cache: session.cache,
                digests: session.digests,
                clients: clients,
                accounts: AccountCheck(session.manifests, clients: clients).accounts,
                state: state,
                scratch: scratch,
                logger: logger
            )
        } catch {
            try await state.close()
            throw error
        }
    }

    /// The plan to execute: the saved one if it still applies, or the one computed now.
    private func plan(
        _ session: PlanningSession,
        _ desired: DesiredImports,
        _ clients: RegionalClients,
        recorded: MigrationState?,
        held: MigrationState
    ) async throws -> Plan {
        let present = try await session.plan(
            sources: saved?.sources ?? manifests,
            desired: desired,
            recorded: saved == nil ? held : recorded,
            clients: clients,
            options: saved.map { Self.options(of: $0, recorded) } ?? options
        )
        if let saved {
            if let staleness = PlanStaleness.between(saved: saved, present: present) { throw staleness }
            guard held.imports == recorded?.imports ?? [:] else {
                throw PlanStaleness(differences: [.serial(saved: saved.serial, found: held.serial)])
            }
            // What the plan did already, in a run that failed or was stopped, is not done again.
            return present
        }
        try SavedPlan.require(expected, of: present)
        return present
    }

    /// The options to compute a saved plan again: EC2 is always queried.
    private static func options(of saved: Plan, _ recorded: MigrationState?) -> PlanOptions {
        var options = saved.options(continuingFrom: recorded)
        if options.refresh == .none { options.refresh = .full }
        return options
    }
}
