import EC2Types
import Migration
import StateStore

/// Records conversion tasks and volumes that other runs made for an import.
struct ImportAdopter<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let desired: VolumeImport
    /// The addresses under which the import may have been called.
    let earlier: [ImportAddress]
    let context: RunContext<ClockType>

    private var address: ImportAddress { desired.address }

    /// Records what the plan found.
    func adopt(_ adoption: ImportStateMachine.Adoption) async throws -> ImportObservation {
        if context.tasks.untracked.unanswered.contains(address), let record = await context.session[address] {
            try await ImportStarter(context: context).reconcileSuperseded(record)
            // The earlier call was for the same volume, and its task is the one to follow.
            if case .converting = await context.session[address]?.phase, record.fingerprint == desired.fingerprint {
                return .entered
            }
        }
        if let volumeID = adoption.volumeID {
            return try await record(volumeID, of: adoption.taskID, generation: adoption.generation)
        }
        guard let taskID = adoption.taskID else { return .entered }
        return try await adoptTask(taskID)
    }

    /// Records what a claim or a listing names.
    func adopt(_ found: ClaimedImport) async throws -> ImportObservation {
        if found.isRejected, let volumeID = found.volumeID {
            return .failed("volume \(volumeID) was rejected; --replace imports again")
        }
        if found.isListed, let volumeID = found.volumeID, found.attempt == nil {
            return try await record(volumeID, of: found.taskID, generation: found.generation)
        }
        guard let taskID = found.taskID else { return .entered }
        // A task that a claim names may be listed later, or no longer: following it tells.
        return try await record(
            taskID,
            generation: found.generation,
            attempt: found.attempt ?? 1,
            expiration: found.expiration
        )
    }

    /// Records a task. The attempt in its marker locates its import manifest, which lists the parts it needs, so the marker
    /// must be known.
    private func adoptTask(_ taskID: String) async throws -> ImportObservation {
        var found = context.tasks.adoptedTask(taskID)
        if found == nil {
            do throws(ServiceError) {
                found = try await context.environment.service.conversions(ids: [taskID]).first
            } catch {
                return .failed("task \(taskID) cannot be read: \(error); run ferry apply again")
            }
        }
        guard let found else {
            return .failed("EC2 does not list task \(taskID) at present; run ferry apply again")
        }
        guard let marker = found.marker, earlier.contains(where: { marker.names($0, fingerprint: desired.fingerprint) })
        else {
            return .failed(
                "task \(taskID) is not of this import: its description has another marker, or none; plan again"
            )
        }
        return try await record(
            taskID,
            generation: marker.generation,
            attempt: marker.attempt,
            expiration: found.expiration?.text
        )
    }

    private func record(
        _ taskID: String,
        generation: Int,
        attempt: Int,
        expiration: String?
    ) async throws -> ImportObservation {
        try await record(
            .adopted(desired, generation: generation, attempt: attempt, taskID: taskID, expiration: expiration),
            .converting(address, taskID: taskID)
        )
    }

    private func record(_ volumeID: String, of taskID: String?, generation: Int) async throws -> ImportObservation {
        try await record(
            .adoptedVolume(desired, generation: generation, taskID: taskID, volumeID: volumeID),
            .completed(address, volumeID: volumeID)
        )
    }

    /// Records what was found in place of what was recorded, whose end may be known.
    private func record(_ step: StateEvent.Step, _ event: MigrationEvent) async throws -> ImportObservation {
        let earlier = await context.session[address]?.phase.taskID
        try await context.session.record(step, of: address)
        context.report(event)
        if let earlier, let end = context.tasks.outcomes.outcome(of: earlier) {
            try await context.session.recordEnd(of: earlier, volumeID: end.volumeID, of: address)
        }
        return .entered
    }
}
