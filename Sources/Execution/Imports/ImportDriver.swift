import EC2Types
import Migration
import StateStore

/// Drives one import from its recorded phase to completion: performs the steps of its ``ImportStateMachine`` and journals
/// their results.
struct ImportDriver<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    private let context: RunContext<ClockType>
    private let desired: VolumeImport
    private let machine: ImportStateMachine
    private let caller: ImportCaller<ClockType>
    private let settler: ImportSettler<ClockType>
    /// Whether the import holds a conversion slot: from before ImportVolume is called until its conversion has ended.
    private var holdsSlot: Bool
    /// The call that is ready, from its preparation until it is made.
    private var preparedCall: ImportCall?

    private var address: ImportAddress { desired.address }

    /// Creates the driver of a change.
    ///
    /// - Parameters:
    ///   - change: The change.
    ///   - desired: The import it makes, or the recorded one that it forgets.
    ///   - staged: The staged image; `nil` if it is not staged.
    ///   - holdsSlot: Whether a conversion slot is taken for the import.
    ///   - context: What the imports of the run share.
    init(
        _ change: Change,
        desired: VolumeImport,
        staged: StagedImage?,
        holdsSlot: Bool,
        context: RunContext<ClockType>
    ) {
        self.context = context
        self.desired = desired
        self.holdsSlot = holdsSlot
        machine = ImportStateMachine(
            goal: change.action == .forget
                ? .forget(cancelling: change.cancels)
                : .complete(adopting: change.action == .adopt ? change.task : nil),
            imagePath: desired.image.path,
            isStaged: staged != nil,
            highestListedAttempt: context.tasks.highestAttempt(of: desired.address)
        )
        caller = ImportCaller(desired: desired, staged: staged, context: context)
        settler = ImportSettler(desired: desired, staged: staged, context: context)
    }

    /// Performs steps until the import is settled, forgotten, or has failed, or the run stops.
    ///
    /// - Throws: An error of the state; `CancellationError` if the run ends.
    mutating func run() async throws -> ImportOutcome.End {
        var observation = ImportObservation.started
        while true {
            let record = await context.session[address]
            if case .entered = observation, let record { await releaseConversion(in: record.phase) }
            let step = machine.next(record, observation)
            if case .finish(let end) = step { return end }
            observation = try await perform(step, record)
        }
    }

    /// Releases the conversion slot, if the import holds one.
    mutating func releaseSlot() {
        guard holdsSlot else { return }
        holdsSlot = false
        context.conversions.signal()
    }

    /// Releases what only an active conversion needs, if the record says that there is none.
    private mutating func releaseConversion(in phase: ImportPhase) async {
        switch phase {
        case .requested, .converting: return
        case .completed, .settled, .failed: releaseSlot()
        // The slot is kept for the next call: one that was recorded had no effect.
        case .staging: break
        }
        await context.references.releaseConversion(of: address)
    }

    private mutating func perform(_ step: ImportStep, _ record: ImportRecord?) async throws -> ImportObservation {
        switch step {
        case .adopt(let taskID): return try await adopt(taskID)
        case .cancel(let taskID): return await cancel(taskID)
        case .acquireSlot: return try await acquireSlot()
        case .record(let event): return try await journal(event)
        case .recordIntent(let attempt):
            try await context.session.record(.requested(attempt: attempt), of: address)
            context.report(.requested(address, attempt: attempt))
            return .intentRecorded
        case .drop:
            try await context.environment.forget(address)
            return .dropped
        case .finish:
            return .stopped
        case .prepare, .call, .search, .follow, .checkSource, .tag, .followSuperseded, .clean:
            guard let record else { return .entered }
            return try await perform(step, of: record)
        }
    }

    /// Performs a step that depends on the record.
    private mutating func perform(_ step: ImportStep, of record: ImportRecord) async throws -> ImportObservation {
        switch step {
        case .prepare(let attempt): return try await prepare(attempt, record)
        case .call: return await call()
        case .search: return await search(record)
        case .follow(let taskID): return await follow(taskID, record)
        case .checkSource(let volumeID): return await caller.checkSource(of: volumeID, record)
        case .tag(let volumeID): return await settler.tag(volumeID, record)
        case .followSuperseded: return await settler.followSuperseded(record)
        case .clean: return await settler.clean(record, isForgotten: machine.isForgotten)
        case .adopt, .cancel, .acquireSlot, .record, .recordIntent, .drop, .finish: return .entered
        }
    }

    /// Journals a change of the record, then reports it.
    private func journal(_ event: StateEvent.Step) async throws -> ImportObservation {
        try await context.session.record(event, of: address)
        switch event {
        case .submitted(_, let taskID, _): context.report(.converting(address, taskID: taskID))
        case .completed(_, let volumeID): context.report(.completed(address, volumeID: volumeID))
        case .settled:
            if let volumeID = await context.session[address]?.phase.volumeID {
                context.report(.settled(address, volumeID: volumeID))
            }
        case .began, .requested, .abandoned, .adopted, .failed, .ended, .forgotten: break
        }
        return .entered
    }

    /// Records a task as this import's. The attempt in its marker locates its import manifest, which lists the parts it
    /// needs, so the marker must be known.
    private func adopt(_ taskID: String) async throws -> ImportObservation {
        if context.tasks.untracked.unanswered.contains(address), let record = await context.session[address] {
            try await ImportStarter(context: context).reconcileSuperseded(record)
            // The earlier call was for the same volume, and its task is the one to follow.
            if case .converting = await context.session[address]?.phase, record.fingerprint == desired.fingerprint {
                return .entered
            }
        }
        var found = context.tasks.adoptedTask(taskID)
        if found == nil {
            do throws(ServiceError) {
                found = try await context.environment.service.conversions(ids: [taskID]).first
            } catch {
                return .failed("task \(taskID) cannot be looked at: \(error); run ferry apply again")
            }
        }
        guard let found else {
            return .failed("EC2 does not list task \(taskID) at present; run ferry apply again")
        }
        guard let marker = found.marker, marker.names(address, fingerprint: desired.fingerprint) else {
            let reason = "its description has another marker, or none; plan again"
            return .failed("task \(taskID) is not of this import: \(reason)")
        }
        let earlier = await context.session[address]?.phase.taskID
        try await context.session.record(
            .adopted(desired, attempt: marker.attempt, taskID: taskID, expiration: found.expiration?.text),
            of: address
        )
        if let earlier, let end = context.tasks.outcomes.outcome(of: earlier) {
            try await context.session.recordEnd(of: earlier, volumeID: end.volumeID, of: address)
        }
        return .entered
    }

    private func cancel(_ taskID: String) async -> ImportObservation {
        let failure = await context.cancelTask(taskID, of: address, for: .forget)
        return failure.map { .failed($0) } ?? .entered
    }

    private mutating func acquireSlot() async throws -> ImportObservation {
        if !holdsSlot {
            try await context.conversions.wait()
            holdsSlot = true
        }
        return context.stop.isRequested ? .stopped : .slotHeld
    }

    private mutating func prepare(_ attempt: Int, _ record: ImportRecord) async throws -> ImportObservation {
        let marker = TaskMarker(address: address, fingerprint: record.fingerprint, attempt: attempt)
        do {
            preparedCall = try await caller.prepare(marker)
            try await context.requests?.take(1)
            return .prepared
        } catch let error as ServiceError {
            return .failed(error.description)
        }
    }

    private mutating func call() async -> ImportObservation {
        // Without a prepared call another process made it, or none did: the search tells.
        guard let call = preparedCall else { return .callOutcomeUnknown }
        preparedCall = nil
        do throws(ServiceError) {
            let task = try await context.environment.service.importVolume(call)
            return .taskKnown(taskID: task.id, expiration: task.expiration?.text)
        } catch {
            switch error.outcome {
            case .rejected: return .callRejected(error.description)
            case .unknown:
                context.report(.reconciling(address, reason: error.description))
                return .callOutcomeUnknown
            }
        }
    }

    private func search(_ record: ImportRecord) async -> ImportObservation {
        switch await context.monitor.search(for: record.marker) {
        case .found(let task): return .taskKnown(taskID: task.id, expiration: task.expiration?.text)
        case .absent:
            await context.removeImportManifest(of: record)
            return .taskAbsent
        case .stopped: return .stopped
        }
    }

    private func follow(_ taskID: String, _ record: ImportRecord) async -> ImportObservation {
        let (report, total, address) = (context.report, caller.bytes, address)
        let end = await context.monitor.end(of: taskID) { status in
            report(.converted(address, bytes: status.bytesConverted, of: total, message: status.statusMessage))
        }
        switch end {
        case .completed(let volumeID): return .conversionCompleted(volumeID: volumeID)
        case .cancelled(let message): return .conversionCancelled(message)
        case .stopped: return .stopped
        case .vanished:
            let conversion = record.phase.conversion
            return .taskUnlisted(
                taskID: taskID,
                expiration: conversion?.expiration,
                hasExpired: conversion?.hasExpired ?? false
            )
        }
    }
}
