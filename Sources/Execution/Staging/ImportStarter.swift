import EC2Types
import Migration
import StateStore

/// Records the start of imports, and what they supersede.
struct ImportStarter<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let context: RunContext<ClockType>

    /// Records that work on an import starts, unless the record is in the middle of that work.
    func start(_ change: Change, _ desired: VolumeImport, record: ImportRecord?) async throws {
        switch (change.action, record?.phase) {
        case (.resume, .staging) where record?.subject == desired: return
        case (.resume, .requested), (.resume, .converting): return
        case (.wait, _), (.adopt, _), (.update, _), (.forget, _), (.none, _): return
        case (.replace, .requested):
            // The earlier call may have made a task; once it is found, the record names it among what was superseded.
            if let record { try await reconcileSuperseded(record) }
        case (.create, _), (.retry, _), (.replace, _), (.resume, _): break
        }
        if let taskID = change.cancels,
            let failure = await context.cancelTask(taskID, of: change.address, for: change.action)
        {
            throw ServiceError(outcome: .rejected, description: failure)
        }
        guard case .converting(let conversion) = await context.session[change.address]?.phase else {
            return try await context.session.record(
                .began(desired, generation: change.generation),
                of: change.address
            )
        }
        // What is over, or given up, is not superseded: EC2 would not tell its end any more, and nothing could be removed.
        if let reason = whyOver(conversion, for: change) {
            try await context.session.record(.failed(taskID: conversion.taskID, message: reason), of: change.address)
        }
        try await context.session.record(.began(desired, generation: change.generation), of: change.address)
        guard let end = context.tasks.outcomes.outcome(of: conversion.taskID) else { return }
        try await context.session.recordEnd(of: conversion.taskID, volumeID: end.volumeID, of: change.address)
    }

    /// Why a conversion that another import takes the place of is known to have made no volume, or may be taken for that;
    /// `nil` if it may be under way or has made one.
    private func whyOver(_ conversion: Conversion, for change: Change) -> String? {
        switch context.tasks.outcomes.outcome(of: conversion.taskID) {
        case .cancelled(let message): return message
        case .completed: return nil
        case nil:
            guard !context.tasks.outcomes.wasListed(conversion.taskID), change.cancels == nil else { return nil }
            // A task that is missing is imported anew only where a person has said so.
            guard change.action == .create || conversion.hasExpired else { return nil }
            return "EC2 lists task \(conversion.taskID) no more; it was given up"
        }
    }

    /// Searches for the task of an earlier call of an import and records the result. The task holds a slot until its end.
    func reconcileSuperseded(_ record: ImportRecord) async throws {
        let address = record.subject.address
        context.report(.reconciling(address, reason: "the call for an earlier image has no recorded response"))
        var claims = ClaimHolder(record.subject, earlier: [], context.claimEnvironment)
        let wait = ClaimWait(
            context: context,
            subject: record.subject,
            sought: SoughtImport(
                addresses: [address],
                fingerprint: record.fingerprint,
                generation: record.generation
            ),
            marker: record.marker,
            isCancelled: { _ in false }
        )
        let report = context.report
        switch try await wait.run(&claims, began: { report(.waitingForClaim(address, seconds: $0)) }) {
        case .imported(let found)
        where found.taskID != nil && found.generation == record.generation && found.attempt == record.attempts:
            let taskID = found.taskID ?? MigrationState.unknownTask
            try await context.session.record(
                .submitted(attempt: record.attempts, taskID: taskID, expiration: found.expiration),
                of: address
            )
            context.tasks.outcomes.add(taskID, of: address)
            await context.releaseSlot(whenEnded: taskID)
        // If nothing can be told, at least no conversion is active: EC2 would list it.
        case .free, .imported, .undecidable:
            try await abandon(record)
        case .stopped:
            throw CancellationError()
        }
    }

    /// Records that a call had no effect.
    private func abandon(_ record: ImportRecord) async throws {
        await context.removeImportManifest(of: record, attempt: record.marker.attempt)
        try await context.session.record(
            .abandoned(attempt: record.attempts, reason: "EC2 has no task with its marker"),
            of: record.subject.address
        )
        context.conversions.signal()
    }
}
