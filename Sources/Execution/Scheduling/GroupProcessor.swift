import ImportReadiness
import Migration
import StateStore

/// Stages the image of a group and drives the group's imports.
struct GroupProcessor<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    private let context: RunContext<ClockType>
    private let stager: ImageStager<ClockType>

    /// Processes groups of a run.
    init(_ context: RunContext<ClockType>) {
        self.context = context
        stager = ImageStager(context)
    }

    /// Drives all imports of one image to completion.
    ///
    /// - Throws: An error of the state. The failure of an image or of an import is an outcome.
    ///
    /// - Parameter waiting: Called when an import starts and ends to wait for another process's claim.
    func process(
        _ group: ImageGroup,
        waiting: @escaping @Sendable (_ isWaiting: Bool) -> Void = { _ in }
    ) async throws -> [ImportOutcome] {
        if context.stop.isRequested { return Self.unfinished(group) }
        if let failure = context.references.failures[group.location] { return try await fail(group, failure, waiting) }
        let staged: StagedImage?
        do {
            staged = try await stager.stage(group)
        } catch let error as StateError {
            throw error
        } catch let error as StateTransitionError {
            throw error
        } catch {
            return try await fail(group, error, waiting)
        }
        return try await drive(group.changes, of: group, staged: staged, waiting)
    }

    private static func unfinished(_ group: ImageGroup) -> [ImportOutcome] {
        group.changes.map { ImportOutcome(address: $0.address, end: .unfinished) }
    }

    /// Fails the imports whose image could not be staged. Those that already have a conversion continue.
    private func fail(
        _ group: ImageGroup,
        _ error: any Error,
        _ waiting: @escaping @Sendable (Bool) -> Void
    ) async throws -> [ImportOutcome] {
        if context.stop.isRequested || error is CancellationError { return Self.unfinished(group) }
        let message = ImageDiagnosis.describe(error)
        var outcomes: [ImportOutcome] = []
        var continued: [Change] = []
        for change in group.changes {
            if change.action.makesVolume, !group.continued.contains(change.address) {
                // The record keeps its phase: the next run continues with the parts that are staged.
                context.report(.failed(change.address, message: message))
                outcomes.append(ImportOutcome(address: change.address, end: .failed(message: message)))
            } else {
                continued.append(change)
            }
        }
        return outcomes + (try await drive(continued, of: group, staged: nil, waiting))
    }

    /// Drives imports side by side: one may wait for the slot that another holds.
    private func drive(
        _ changes: [Change],
        of group: ImageGroup,
        staged: StagedImage?,
        _ waiting: @escaping @Sendable (Bool) -> Void
    ) async throws -> [ImportOutcome] {
        try await withThrowingTaskGroup(of: ImportOutcome.self) { tasks in
            for change in changes {
                tasks.addTask { try await drive(change, of: group, staged: staged, waiting) }
            }
            var outcomes: [ImportOutcome] = []
            for try await outcome in tasks { outcomes.append(outcome) }
            return outcomes
        }
    }

    private func drive(
        _ change: Change,
        of group: ImageGroup,
        staged: StagedImage?,
        _ waiting: @escaping @Sendable (Bool) -> Void
    ) async throws -> ImportOutcome {
        guard let desired = change.desired else {
            return ImportOutcome(address: change.address, end: .unfinished)
        }
        var driver = ImportDriver(
            change,
            desired: desired,
            staged: staged,
            holdsSlot: group.continued.contains(change.address),
            context: context,
            waiting: waiting
        )
        let end: ImportOutcome.End
        do {
            end = try await driver.run()
        } catch is CancellationError {
            end = .unfinished
        }
        // An import that is left converting because the run stops releases its slot too: others wait for one to see that.
        driver.releaseSlot()
        if case .failed(let message) = end { context.report(.failed(change.address, message: message)) }
        return ImportOutcome(address: change.address, end: end)
    }
}
