import EC2Types
import Logging
import Migration
import StateStore
import WireEncoding

/// Drives one import from its recorded phase to completion: performs the steps of its ``ImportStateMachine`` and journals
/// their results.
struct ImportDriver<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    private let context: RunContext<ClockType>
    private let desired: VolumeImport
    private var machine: ImportStateMachine
    private let caller: ImportCaller<ClockType>
    private let settler: ImportSettler<ClockType>
    /// Whether the import holds a conversion slot: from before ImportVolume is called until its conversion has ended.
    private var holdsSlot: Bool
    /// The call that is ready, from its preparation until it is made.
    private var preparedCall: ImportCall?
    /// The highest attempt whose import manifest was staged.
    private var highestPrepared = 0
    private var claims: ClaimHolder<ClockType>
    /// The number of claims that were written because EC2 rejected the call for a reason that passes.
    private var renewals = 0
    /// The addressings of the import manifest's URL that EC2 has rejected.
    private var rejectedAddressings: [S3Addressing] = []
    /// The addressing that EC2 took.
    private var takenAddressing: S3Addressing?
    /// Called when the import starts and ends to wait for another process's claim.
    private let waiting: @Sendable (_ isWaiting: Bool) -> Void

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
        context: RunContext<ClockType>,
        waiting: @escaping @Sendable (_ isWaiting: Bool) -> Void = { _ in }
    ) {
        self.context = context
        self.desired = desired
        self.holdsSlot = holdsSlot
        self.waiting = waiting
        claims = ClaimHolder(desired, earlier: change.earlierAddresses, context.claimEnvironment)
        machine = ImportStateMachine(
            goal: change.action == .forget
                ? .forget(cancelling: change.cancels)
                : .complete(adopting: Self.adoption(of: change)),
            imagePath: desired.image.path,
            isStaged: staged != nil,
            highestKnownAttempt: context.tasks.highestAttempt(of: desired.address)
        )
        caller = ImportCaller(desired: desired, staged: staged, context: context)
        settler = ImportSettler(desired: desired, staged: staged, context: context)
    }

    private static func adoption(of change: Change) -> ImportStateMachine.Adoption? {
        guard change.action == .adopt else { return nil }
        return .init(taskID: change.task, volumeID: change.volume, generation: change.generation)
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
        case .completed, .settled, .failed, .rejected: releaseSlot()
        case .staging: break
        }
        await context.references.releaseConversion(of: address)
    }

    private mutating func perform(_ step: ImportStep, _ record: ImportRecord?) async throws -> ImportObservation {
        switch step {
        case .adopt(let adoption): return try await adopter.adopt(adoption)
        case .adoptClaimed(let found): return try await adoptClaimed(found)
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
        case .readClaim, .prepare, .claim, .waitForClaim, .call, .follow, .findVolume, .checkSource, .tag, .tagRejected,
            .settleClaim, .followSuperseded, .clean:
            guard let record else { return .entered }
            return try await perform(step, of: record)
        }
    }

    /// Performs a step that depends on the record.
    private mutating func perform(_ step: ImportStep, of record: ImportRecord) async throws -> ImportObservation {
        switch step {
        case .readClaim: return await readClaim(record)
        case .prepare(let attempt): return try await prepare(attempt, record)
        case .claim(let attempt): return try await claim(attempt, record)
        case .waitForClaim: return try await waitForClaim(record)
        case .call: return try await call()
        case .follow(let taskID): return try await follower.follow(taskID, record)
        case .findVolume(let taskID): return await settler.findVolume(of: taskID, record, addresses: claims.addresses)
        case .checkSource(let volumeID): return await checkSource(of: volumeID, record)
        case .tag(let volumeID): return try await settler.tag(volumeID, record)
        case .tagRejected(let volumeID, let message):
            // The claim shows the rejection immediately. EC2 may list the tag minutes later.
            let failure = await claims.publish(
                .rejected,
                marker: record.marker,
                taskID: record.phase.taskID,
                volumeID: volumeID
            )
            if let failure { return .failed("\(message); and the claim cannot be written: \(failure)") }
            return await settler.tagRejected(volumeID, record, message)
        case .settleClaim(let volumeID): return await settleClaim(volumeID, record)
        case .followSuperseded: return await settler.followSuperseded(record)
        case .clean:
            return await settler.clean(
                record,
                attempts: max(machine.highestKnownAttempt, highestPrepared),
                isForgotten: machine.isForgotten
            )
        case .adopt, .adoptClaimed, .cancel, .acquireSlot, .record, .recordIntent, .drop, .finish: return .entered
        }
    }

    /// Journals a change of the record, then publishes and reports it.
    private mutating func journal(_ event: StateEvent.Step) async throws -> ImportObservation {
        try await context.session.record(event, of: address)
        switch event {
        case .submitted(_, let taskID, _):
            context.report(.converting(address, taskID: taskID))
            try await recordAddressing()
            await publish(.called, taskID: taskID)
        case .completed(_, let volumeID): context.report(.completed(address, volumeID: volumeID))
        case .failed(let taskID?, _): await publish(.released, taskID: taskID)
        // The import may have held a slot beyond the limit: the limit was lower in the run that made the call.
        case .abandoned: releaseSlot()
        case .settled:
            if let volumeID = await context.session[address]?.phase.volumeID {
                context.report(.settled(address, volumeID: volumeID))
            }
        case .began, .requested, .addressed, .reported, .adopted, .adoptedVolume, .failed, .rejected, .ended, .updated,
            .moved, .forgotten:
            break
        }
        return .entered
    }

    private var follower: ConversionFollower<ClockType> {
        ConversionFollower(address: address, bytes: caller.bytes, context: context)
    }

    private var adopter: ImportAdopter<ClockType> {
        ImportAdopter(desired: desired, earlier: claims.addresses, context: context)
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

    // MARK: Claims

    /// Whether a task was canceled, as EC2 listed it to this run or the state records it.
    private func isCancelled() async -> @Sendable (String) -> Bool {
        let (listed, outcomes) = (await context.listing.cancelledTasks, context.tasks.outcomes)
        return { taskID in
            if listed.contains(taskID) { return true }
            if case .cancelled = outcomes.outcome(of: taskID) { return true }
            return false
        }
    }

    private mutating func readClaim(_ record: ImportRecord) async -> ImportObservation {
        claims.unanswered = record.phase == .requested ? record.marker : nil
        do throws(ServiceError) {
            let found = try await claims.readAll(generation: record.generation, isCancelled: await isCancelled())
            if record.phase == .requested, found == .free, claims.hasAbsentClaim {
                // Ferry 0.1.0 called without a claim, or the staging was another: how long ago is unknown.
                return .claimBusy
            }
            return observe(found)
        } catch {
            // A call whose outcome is unknown may have made a task, which counts against the limit: the wait goes on reading.
            return record.phase == .requested ? .claimBusy : .failed("the claim cannot be read: \(error)")
        }
    }

    private mutating func observe(_ found: ClaimObservation) -> ImportObservation {
        machine.highestKnownAttempt = max(machine.highestKnownAttempt, claims.highestAttempt)
        switch found {
        case .held: return .claimHeld
        case .free: return .claimFree
        case .imported(let found): return .imported(found)
        case .busy: return .claimBusy
        }
    }

    /// Writes the claims, and makes sure that EC2 lists nothing of the import.
    private mutating func claim(_ attempt: Int, _ record: ImportRecord) async throws -> ImportObservation {
        do {
            if record.phase == .requested { try await context.requests?.take(1) }
            let found = try await claims.acquire(
                attempt: attempt,
                generation: record.generation,
                isCancelled: await isCancelled()
            )
            guard found == .held else { return observe(found) }
            let sought = sought(record)
            var snapshot = try await context.listing.snapshot(since: context.runBegan, includesVolumes: true)
            if !claims.mayRely(onListingFrom: snapshot.began) {
                snapshot = try await context.listing.snapshot(since: context.clock.now, includesVolumes: true)
            }
            if let found = snapshot.found(sought) { return .imported(ClaimedImport(found)) }
            if context.stop.isRequested {
                await release()
                return .stopped
            }
            return .claimHeld
        } catch let error as ServiceError {
            let message = "the import cannot be claimed: \(error)"
            // Nothing is called under a claim that is not held.
            return record.phase == .requested ? .callRejected(message) : .failed(message)
        }
    }

    private mutating func waitForClaim(_ record: ImportRecord) async throws -> ImportObservation {
        // This process's own call may have made a task, which uses the slot.
        if record.phase != .requested { releaseSlot() }
        waiting(true)
        defer { waiting(false) }
        claims.unanswered = record.phase == .requested ? record.marker : nil
        let wait = ClaimWait(
            context: context,
            subject: desired,
            sought: sought(record),
            marker: claims.unanswered,
            isCancelled: await isCancelled()
        )
        let (report, address) = (context.report, address)
        let end = try await wait.run(&claims) { seconds in
            report(.waitingForClaim(address, seconds: seconds))
        }
        machine.highestKnownAttempt = max(machine.highestKnownAttempt, claims.highestAttempt)
        switch end {
        case .free:
            await removeImportManifests(of: record)
            if machine.isForgotten {
                await releaseTakenOver(record)
            } else if record.phase == .staging, claims.highestGeneration > record.generation {
                // Another run began to replace the volume, and neither the old one nor a new one exists.
                try await context.session.record(.began(desired, generation: claims.highestGeneration), of: address)
            }
            return .claimWaitEnded
        case .imported(let found): return .imported(found)
        case .undecidable(let message): return .undecidable(message)
        case .stopped: return .stopped
        }
    }

    private func sought(_ record: ImportRecord) -> SoughtImport {
        SoughtImport(addresses: claims.addresses, fingerprint: record.fingerprint, generation: record.generation)
    }

    /// Removes the import manifests of calls that had no effect, this state's own.
    private func removeImportManifests(of record: ImportRecord) async {
        var attempts = claims.abandonedAttempts
        if record.phase == .requested { attempts.insert(record.marker.attempt) }
        for attempt in attempts {
            await context.removeImportManifest(of: record, attempt: attempt)
        }
    }

    /// Releases the claims that this process has not called under.
    private mutating func release() async {
        warn(await claims.write(.released, taskID: nil))
    }

    /// Releases the claims of a call that had no effect, so that no run has to wait for them.
    private mutating func releaseTakenOver(_ record: ImportRecord) async {
        do throws(ServiceError) {
            let attempt = machine.nextAttempt(after: record)
            // A replacement that another run began stays begun.
            let generation = max(record.generation, claims.highestGeneration)
            let found = try await claims.acquire(attempt: attempt, generation: generation) { _ in false }
            if found == .held { await release() }
        } catch {
            warn(error)
        }
    }

    private mutating func publish(_ phase: ImportClaim.Phase, taskID: String, volumeID: String? = nil) async {
        guard !machine.isForgotten || phase == .called, let record = await context.session[address] else { return }
        warn(await claims.publish(phase, marker: record.marker, taskID: taskID, volumeID: volumeID))
    }

    private mutating func settleClaim(_ volumeID: String, _ record: ImportRecord) async -> ImportObservation {
        let taskID = record.phase.taskID.flatMap { $0 == MigrationState.unknownTask ? nil : $0 }
        let failure = await claims.publish(.settled, marker: record.marker, taskID: taskID, volumeID: volumeID)
        if let failure, failure == .volumeRejected {
            return .failed("volume \(volumeID) was rejected: \(failure); --replace imports again")
        }
        warn(failure)
        return .claimSettled
    }

    /// Checks that EC2 read the planned image. The verdict of a run that checked it before counts.
    private func checkSource(of volumeID: String, _ record: ImportRecord) async -> ImportObservation {
        let observation = await caller.checkSource(of: volumeID, record)
        guard record.subject.image.object?.isLasting == false, let taskID = record.phase.taskID else {
            return observation
        }
        do throws(ServiceError) {
            switch (try await claims.phase(of: taskID), observation) {
            case (.rejected, .sourceUnchanged):
                return .sourceChanged(volumeID: volumeID, ServiceError.volumeRejected.description)
            case (.settled, .sourceChanged): return .sourceUnchanged(volumeID: volumeID)
            default: return observation
            }
        } catch {
            return .failed("volume \(volumeID) exists, but its claim cannot be read: \(error)")
        }
    }

    private func warn(_ failure: ServiceError?) {
        guard let failure else { return }
        context.logger.warning("\(address): the claim cannot be written: \(failure)")
    }

    /// Records a task or volume that a claim or a listing names. A task that is converting holds a slot.
    private mutating func adoptClaimed(_ found: ClaimedImport) async throws -> ImportObservation {
        let observation = try await adopter.adopt(found)
        if case .converting = await context.session[address]?.phase, !holdsSlot {
            context.conversions.takeImmediately()
            holdsSlot = true
        }
        claims.drop()
        if found.isListed, let taskID = found.taskID, let attempt = found.attempt, case .entered = observation {
            let marker = TaskMarker(
                address: address,
                fingerprint: desired.fingerprint,
                generation: found.generation,
                attempt: attempt
            )
            warn(await claims.publish(.called, marker: marker, taskID: taskID, volumeID: nil))
        }
        return observation
    }

    // MARK: The call

    private mutating func prepare(_ attempt: Int, _ record: ImportRecord) async throws -> ImportObservation {
        if record.subject != desired {
            // What is called from now on is staged elsewhere than what an earlier run called.
            try await context.session.record(.began(desired, generation: record.generation), of: address)
        }
        do {
            try await caller.verifyParts()
            try await context.requests?.take(1)
            highestPrepared = max(highestPrepared, attempt)
            let (call, date) = try await caller.prepare(record.marker(ofAttempt: attempt))
            preparedCall = call
            claims.note(date: date)
            return .prepared
        } catch let error as ServiceError {
            return .failed(error.description)
        }
    }

    private mutating func call() async throws -> ImportObservation {
        // Without a prepared call another process made it, or none did: the claim tells.
        guard var call = preparedCall else { return .callOutcomeUnknown }
        do throws(ServiceError) {
            guard let time = try await claims.signingTime() else {
                // The claim is another's by now.
                claims.drop()
                return .entered
            }
            call.signingTime = time
        } catch  where renewals < context.environment.options.mostRenewals {
            return try await postpone(error)
        } catch {
            await release()
            return .callRejected("the time of the claim cannot be read: \(error)")
        }
        claims.noteCall(.unknown)
        let failure: ServiceError
        do throws(ServiceError) {
            let task = try await context.environment.service.importVolume(call)
            preparedCall = nil
            try await MarkerCheck(context: context).requireMarker(of: call, in: task)
            takenAddressing = call.importManifestURLs.first?.addressing
            return .taskKnown(taskID: task.id, expiration: task.expiration?.text)
        } catch {
            failure = error
        }
        if failure.code == MarkerCheck<ClockType>.code { throw MarkerLostError(description: failure.description) }
        switch failure.outcome {
        case .rejected:
            claims.noteCall(.rejected)
            return try await goOn(after: call, failure)
        case .unknown:
            preparedCall = nil
            context.report(.reconciling(address, reason: failure.description))
            return .callOutcomeUnknown
        }
    }

    /// What follows a call that EC2 has definitely rejected.
    private mutating func goOn(after call: ImportCall, _ failure: ServiceError) async throws -> ImportObservation {
        if failure.isPassingRejection, renewals < context.environment.options.mostRenewals {
            return try await postpone(failure)
        }
        if failure.isURLRejection, call.importManifestURLs.count > 1 {
            return await tryNextURL(after: call, failure)
        }
        preparedCall = nil
        await release()
        return .callRejected(failure.description + (failure.isURLRejection ? addressingsTried(by: call) : ""))
    }

    /// Calls again with the next form of the import manifest's URL, under a new write of the claims.
    private mutating func tryNextURL(after call: ImportCall, _ failure: ServiceError) async -> ImportObservation {
        if let rejected = call.importManifestURLs.first { rejectedAddressings.append(rejected.addressing) }
        preparedCall?.importManifestURLs.removeFirst()
        context.logger.info("\(address): ImportVolume is called again with another form of URL: \(failure)")
        guard context.stop.isRequested else { return .callPostponed }
        await release()
        return .stopped
    }

    /// Records the form of URL that EC2 took after it rejected others, so that other imports of the region begin with it.
    private func recordAddressing() async throws {
        guard !rejectedAddressings.isEmpty, let takenAddressing,
            await context.session.addressing(of: desired) != takenAddressing
        else { return }
        try await context.session.record(.addressed(takenAddressing), of: address)
    }

    private func addressingsTried(by call: ImportCall) -> String {
        let tried = rejectedAddressings + call.importManifestURLs.prefix(1).map(\.addressing)
        return "; URLs of these forms were tried: \(tried.map(\.rawValue).joined(separator: ", ")) (staging.addressing)"
    }

    /// Waits before the claims are written again: EC2 throttled the call, or did not accept its signature.
    private mutating func postpone(_ failure: ServiceError) async throws -> ImportObservation {
        context.logger.info("\(address): ImportVolume is called again with a new claim: \(failure)")
        let pause = min(context.environment.options.shortestPoll * (1 << renewals), .seconds(20))
        renewals += 1
        try await context.clock.sleep(until: context.clock.now.advanced(by: pause), tolerance: nil)
        guard context.stop.isRequested else { return .callPostponed }
        // EC2 rejected the call: the next run need not wait for it.
        await release()
        return .stopped
    }
}
