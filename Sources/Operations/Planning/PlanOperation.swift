import Execution
package import Migration
package import StateStore

/// Computes a plan. Changes nothing, on this machine or in AWS, except the cache of content digests.
package struct PlanOperation {
    /// The files and folders of the migration manifests.
    package var manifests: [String]
    /// The choices that change the plan.
    package var options: PlanOptions
    /// The state.
    package var stateFile: StateFile
    /// The AWS clients.
    package var aws: AWSSession
    /// Whether the zones of each region are known without querying EC2.
    package var knowsZones: Bool

    /// Prepares a plan.
    package init(manifests: [String], options: PlanOptions, stateFile: StateFile, aws: AWSSession, knowsZones: Bool) {
        self.manifests = manifests
        self.options = options
        self.stateFile = stateFile
        self.aws = aws
        self.knowsZones = knowsZones
    }

    /// Computes the plan.
    ///
    /// - Parameter report: Takes the diagnostics of manifests and images.
    /// - Throws: ``ReportedProblems`` if a manifest or image has an error; errors of the state and of AWS.
    package func run(report: @escaping DiagnosticHandler) async throws -> Plan {
        let queries = options.refresh != .none
        // Reading files and images and listing tasks take long: nothing waits for what it does not need.
        async let state = stateFile.load()
        let files = await ManifestSet.read(manifests)
        let recorded = files.hasErrors ? nil : try await state
        async let seen = queries && !files.hasErrors ? lists(files, recorded) : nil
        let session = try await PlanningSession.load(
            files,
            aws: queries ? aws : nil,
            options: .init(recorded: recorded) {
                queries || knowsZones ? try await aws.zones(of: $0, for: files.targets) : nil
            },
            report: report
        )
        let desired = try await session.desiredImports()
        return try await session.plan(
            sources: manifests,
            desired: desired,
            recorded: recorded,
            clients: queries ? try await aws.clients(for: files.targets) : nil,
            seen: try await seen,
            options: options
        )
    }

    /// The tasks and volumes that EC2 lists. The images need not be inspected for that.
    private func lists(_ files: ManifestSet, _ recorded: MigrationState?) async throws -> ObservedState {
        let clients = try await aws.clients(for: files.targets)
        return try await StateRefresher(service: clients.service, staging: clients.staging).lists(recorded)
    }
}
