import Execution
import Foundation
package import Migration
package import StateStore

/// Rebuilds a lost state from the conversion tasks and volumes that AWS lists.
package struct RebuildOperation {
    /// The files and folders of all migration manifests of the state.
    package var manifests: [String]
    /// The state.
    package var stateFile: StateFile
    /// Whether to replace a state that exists.
    package var replaces: Bool
    /// Whether to leave out imports that no migration manifest names.
    package var isPartial: Bool
    /// The AWS clients.
    package var aws: AWSSession

    /// Prepares to rebuild.
    package init(manifests: [String], stateFile: StateFile, replaces: Bool, isPartial: Bool, aws: AWSSession) {
        self.manifests = manifests
        self.stateFile = stateFile
        self.replaces = replaces
        self.isPartial = isPartial
        self.aws = aws
    }

    /// Rebuilds the state and writes it.
    ///
    /// - Parameters:
    ///   - prepareFolder: Creates the folder of the state file, where that is ferry's own.
    ///   - report: Takes the diagnostics of manifests and images.
    /// - Throws: ``RebuildRefusal`` if a state exists, or imports would be left out; ``AccountMismatch`` if the state is
    ///   bound to another account; ``ReportedProblems``; errors of the state and of AWS.
    package func run(
        prepareFolder: () throws -> Void,
        report: @escaping DiagnosticHandler
    ) async throws -> StateRebuildSummary {
        let files = await ManifestSet.read(manifests)
        let session = try await PlanningSession.load(
            files,
            aws: aws,
            options: .init { try await aws.zones(of: $0, for: files.targets) },
            report: report
        )
        let desired = try await session.desiredImports().imports
        // Holds the state lock while it queries AWS, so that no apply can start.
        try prepareFolder()
        let restoration = try await StateRestoration.begin(stateFile, command: "ferry state rebuild")
        defer { restoration.end() }
        if !replaces, !restoration.present.isEmpty { throw RebuildRefusal.stateExists(restoration.present) }
        let clients = try await aws.clients(for: session.targets)
        let check = AccountCheck(session.manifests, clients: clients)
        guard check.problems.isEmpty else {
            try report(check.problems)
            throw ReportedProblems()
        }
        // Volumes of another account are not imports of this state.
        try check.check(restoration.state)
        let rebuilt = try await StateRebuilder(
            service: clients.service,
            clock: ContinuousClock(),
            listConsistencyTimeout: try clients.times(session.limits).listConsistencyTimeout
        )
        .rebuild(desired, recorded: restoration.state, time: Int64(Date.now.timeIntervalSince1970))
        // If the old state could be read, its records were carried over: the rest belongs to other states.
        if !isPartial, restoration.state == nil, !rebuilt.unnamed.isEmpty {
            throw RebuildRefusal.unnamedImports(rebuilt.unnamed.map(StateRebuildSummary.UnmatchedResource.init))
        }
        let (state, kept) = try await restoration.write(rebuilt.records, boundTo: check.accounts)
        return StateRebuildSummary(
            state: state,
            imports: rebuilt.imports,
            carried: rebuilt.carried,
            missing: rebuilt.missing,
            unmatched: rebuilt.unmatched.map(StateRebuildSummary.UnmatchedResource.init),
            kept: kept
        )
    }
}

extension StateRebuildSummary.UnmatchedResource {
    fileprivate init(_ unmatched: RebuiltState.UnmatchedResource) {
        self.init(
            reason: unmatched.reason.rawValue,
            task: unmatched.task,
            volume: unmatched.volume,
            address: unmatched.address
        )
    }
}
