import EC2Types
import Migration

/// The transitions of one import, from its recorded phase to completion.
///
/// The machine is a pure function: given the record and what the driver observed last, it returns the next step. It
/// performs nothing, so a resumed import and a new one take the same path, and each cell of the table is tested.
/// An observation that does not belong to the recorded phase is stale: the machine then continues as if the record had
/// just been read.
///
/// The phases and steps of an import that is completed:
///
/// ```mermaid
/// stateDiagram-v2
///     staging --> staging: entered / acquireSlot
///     staging --> staging: slotHeld / readClaim
///     staging --> staging: claimFree / prepare
///     staging --> staging: prepared / claim
///     staging --> requested: claimHeld / recordIntent
///     staging --> staging: claimBusy / waitForClaim
///     staging --> staging: imported / adoptClaimed
///     staging --> [*]: undecidable / finish failed
///     requested --> requested: entered / readClaim
///     requested --> staging: claimFree / record abandoned
///     requested --> requested: claimHeld / call
///     requested --> requested: claimBusy / waitForClaim
///     requested --> staging: claimWaitEnded / record abandoned
///     requested --> converting: imported / record submitted
///     requested --> [*]: undecidable / finish failed
///     requested --> requested: intentRecorded / call
///     requested --> converting: taskKnown / record submitted
///     requested --> failed: callRejected / record failed
///     requested --> requested: callPostponed / claim
///     requested --> requested: callOutcomeUnknown / waitForClaim
///     converting --> converting: entered / follow
///     converting --> [*]: undecidable / finish failed
///     converting --> converting: volumeFound / checkSource
///     converting --> [*]: volumeNotFound / finish failed
///     converting --> rejected: rejectionTagged / record rejected
///     converting --> converting: conversionCompleted / checkSource
///     converting --> failed: conversionCancelled / record failed
///     converting --> converting: taskUnlisted / findVolume
///     converting --> converting: taskExpired / findVolume
///     converting --> completed: sourceUnchanged / record completed
///     converting --> converting: sourceChanged / tagRejected
///     completed --> completed: entered / tag
///     completed --> [*]: undecidable / finish failed
///     completed --> completed: claimSettled / clean
///     completed --> completed: tagged / settleClaim
///     completed --> settled: cleaned / record settled
///     completed --> [*]: cleaningFailed / finish failed
///     settled --> [*]: entered / finish completed
///     settled --> [*]: undecidable / finish failed
///     failed --> [*]: entered / finish failed
///     failed --> [*]: undecidable / finish failed
///     rejected --> [*]: entered / finish failed
///     rejected --> [*]: undecidable / finish failed
/// ```
///
/// And of an import that is forgotten:
///
/// ```mermaid
/// stateDiagram-v2
///     staging --> staging: entered / followSuperseded
///     staging --> [*]: undecidable / finish failed
///     staging --> staging: supersededEnded / clean
///     staging --> [*]: cleaned / drop
///     staging --> [*]: cleaningFailed / finish failed
///     requested --> requested: entered / readClaim
///     requested --> staging: claimFree / record abandoned
///     requested --> requested: claimHeld / call
///     requested --> requested: claimBusy / waitForClaim
///     requested --> staging: claimWaitEnded / record abandoned
///     requested --> converting: imported / record submitted
///     requested --> staging: undecidable / record abandoned
///     requested --> requested: intentRecorded / call
///     requested --> converting: taskKnown / record submitted
///     requested --> failed: callRejected / record failed
///     requested --> requested: callPostponed / claim
///     requested --> requested: callOutcomeUnknown / waitForClaim
///     converting --> converting: entered / follow
///     converting --> [*]: undecidable / finish failed
///     converting --> completed: volumeFound / record completed
///     converting --> [*]: volumeNotFound / finish failed
///     converting --> rejected: rejectionTagged / record rejected
///     converting --> completed: conversionCompleted / record completed
///     converting --> failed: conversionCancelled / record failed
///     converting --> [*]: taskUnlisted / finish failed
///     converting --> converting: taskExpired / followSuperseded
///     converting --> completed: sourceUnchanged / record completed
///     converting --> converting: sourceChanged / tagRejected
///     converting --> [*]: supersededEnded / drop
///     completed --> completed: entered / followSuperseded
///     completed --> [*]: undecidable / finish failed
///     completed --> completed: supersededEnded / clean
///     completed --> [*]: cleaned / drop
///     completed --> [*]: cleaningFailed / finish failed
///     settled --> settled: entered / followSuperseded
///     settled --> [*]: undecidable / finish failed
///     settled --> settled: supersededEnded / clean
///     settled --> [*]: cleaned / drop
///     settled --> [*]: cleaningFailed / finish failed
///     failed --> failed: entered / followSuperseded
///     failed --> [*]: undecidable / finish failed
///     failed --> failed: supersededEnded / clean
///     failed --> [*]: cleaned / drop
///     failed --> [*]: cleaningFailed / finish failed
///     rejected --> rejected: entered / followSuperseded
///     rejected --> [*]: undecidable / finish failed
///     rejected --> rejected: supersededEnded / clean
///     rejected --> [*]: cleaned / drop
///     rejected --> [*]: cleaningFailed / finish failed
/// ```
struct ImportStateMachine: Sendable {
    /// The goal of the import's change.
    enum Goal: Hashable, Sendable {
        /// A settled volume. What the plan found is adopted first.
        case complete(adopting: Adoption?)
        /// No record. The conversion task is canceled first, if there is one.
        case forget(cancelling: String?)
    }

    /// A task or a volume that the plan found.
    struct Adoption: Hashable, Sendable {
        /// The conversion task; `nil` for a volume whose tags name none.
        var taskID: String?
        /// The volume; `nil` for a task.
        var volumeID: String?
        /// The generation.
        var generation: Int
    }

    /// The goal.
    let goal: Goal
    /// The path of the disk image, for messages.
    let imagePath: String
    /// Whether the parts of the image are staged.
    let isStaged: Bool
    /// The highest attempt among the listed tasks of this address and its claims; 0 if there is none. Tasks and claims
    /// outlive the records that counted their attempts.
    var highestKnownAttempt: Int

    /// The next step.
    ///
    /// - Parameters:
    ///   - record: The import's record; `nil` if the state has none.
    ///   - observation: What the driver observed last.
    func next(_ record: ImportRecord?, _ observation: ImportObservation) -> ImportStep {
        switch observation {
        case .started: return first(record)
        case .failed(let message): return .finish(.failed(message: message))
        case .undecidable(let message):
            guard isForgotten, let record, record.phase == .requested else { return .finish(.failed(message: message)) }
            // A conversion that is active would be listed: nothing is left to wait for.
            return .record(.abandoned(attempt: record.attempts, reason: "EC2 has no task with its marker"))
        case .stopped: return .finish(.unfinished)
        case .dropped: return .finish(.forgotten)
        default: break
        }
        guard let record else { return .finish(.unfinished) }
        switch record.phase {
        case .staging: return inStaging(record, observation)
        case .requested: return inRequested(record, observation)
        case .converting(let conversion): return inConverting(conversion, observation)
        case .completed(_, let volumeID): return inCompleted(volumeID, observation)
        case .settled(_, let volumeID): return inFinalPhase(.completed(volumeID: volumeID), observation)
        case .failed(_, let message): return inFinalPhase(.failed(message: message), observation)
        case .rejected(_, let volumeID, let message):
            let message = "volume \(volumeID) was rejected: \(message); --replace imports again"
            return inFinalPhase(.failed(message: message), observation)
        }
    }

    /// Whether the import leaves the state.
    var isForgotten: Bool {
        if case .forget = goal { true } else { false }
    }

    /// The attempt that the next call is for.
    func nextAttempt(after record: ImportRecord) -> Int { max(record.attempts, highestKnownAttempt) + 1 }

    private func first(_ record: ImportRecord?) -> ImportStep {
        switch goal {
        case .complete(adopting: let adoption?): .adopt(adoption)
        case .forget(cancelling: let taskID?): .cancel(taskID: taskID)
        case .complete, .forget: next(record, .entered)
        }
    }

    private func inStaging(_ record: ImportRecord, _ observation: ImportObservation) -> ImportStep {
        if isForgotten { return cleanUp(after: observation) }
        // No task of the address has this number: it identifies the task if the response is lost.
        let attempt = nextAttempt(after: record)
        switch observation {
        case .slotHeld:
            guard isStaged else {
                return .finish(.failed(message: "\(imagePath): its parts are not staged; run ferry apply again"))
            }
            // A new import has no claim yet: another process that creates one first is noticed when this one does.
            return attempt > 1 ? .readClaim : prepare(attempt)
        case .claimFree: return prepare(attempt)
        case .prepared: return .claim(attempt: attempt)
        case .claimHeld: return .recordIntent(attempt: attempt)
        case .claimBusy: return .waitForClaim
        case .imported(let found): return .adoptClaimed(found)
        default: return .acquireSlot
        }
    }

    private func prepare(_ attempt: Int) -> ImportStep {
        guard attempt <= TaskMarker.highestAttempt else {
            let message =
                "attempt \(attempt - 1) of this address is recorded, and there is none higher; give the image another name"
            return .finish(.failed(message: message))
        }
        return .prepare(attempt: attempt)
    }

    private func inRequested(_ record: ImportRecord, _ observation: ImportObservation) -> ImportStep {
        switch observation {
        case .intentRecorded, .claimHeld: return .call
        case .taskKnown(let taskID, let expiration):
            return .record(.submitted(attempt: record.attempts, taskID: taskID, expiration: expiration))
        case .imported(let found):
            if found.generation == record.generation, found.attempt == record.attempts, let taskID = found.taskID {
                return .record(
                    .submitted(attempt: record.attempts, taskID: taskID, expiration: found.expiration)
                )
            }
            return .adoptClaimed(found)
        case .callRejected(let message): return .record(.failed(taskID: nil, message: message))
        case .callPostponed: return .claim(attempt: record.attempts)
        case .callOutcomeUnknown, .claimBusy: return .waitForClaim
        case .claimFree, .claimWaitEnded:
            return .record(.abandoned(attempt: record.attempts, reason: "EC2 has no task with its marker"))
        default: return .readClaim
        }
    }

    private func inConverting(_ conversion: Conversion, _ observation: ImportObservation) -> ImportStep {
        let taskID = conversion.taskID
        switch observation {
        case .conversionCompleted(let volumeID), .volumeFound(let volumeID):
            // Whether a forgotten volume matches its image does not matter.
            return isForgotten
                ? .record(.completed(taskID: taskID, volumeID: volumeID)) : .checkSource(volumeID: volumeID)
        case .sourceUnchanged(let volumeID):
            return .record(.completed(taskID: taskID, volumeID: volumeID))
        case .conversionCancelled(let message):
            return .record(.failed(taskID: taskID, message: message))
        case .sourceChanged(let volumeID, let message):
            return .tagRejected(volumeID: volumeID, message: message)
        case .rejectionTagged(let volumeID, let message):
            return .record(.rejected(taskID: taskID, volumeID: volumeID, message: message))
        case .taskUnlisted(let taskID, let expiration, let hasExpired):
            return afterUnlisted(taskID, expiration, hasExpired)
        case .volumeNotFound(let message):
            return .finish(.failed(message: message))
        case .supersededEnded where isForgotten:
            // How the conversion ended is unknown: what it left in the staging stays.
            return .drop
        default:
            return .follow(taskID: taskID)
        }
    }

    /// Until an unlisted task has expired, it may be active, and the record tells later runs which parts it needs.
    private func afterUnlisted(_ taskID: String, _ expiration: String?, _ hasExpired: Bool) -> ImportStep {
        guard isForgotten else { return .findVolume(taskID: taskID) }
        guard !hasExpired else { return .followSuperseded }
        let time = expiration.map { "; it may be active until \($0)" } ?? ""
        return .finish(
            .failed(
                message: """
                    it is not forgotten yet: EC2 does not list task \(taskID)\(time). Run ferry apply again later, \
                    or drop it with ferry state rm --force
                    """
            )
        )
    }

    private func inCompleted(_ volumeID: String, _ observation: ImportObservation) -> ImportStep {
        if isForgotten { return cleanUp(after: observation) }
        switch observation {
        case .tagged: return .settleClaim(volumeID: volumeID)
        case .claimSettled: return .clean
        case .cleaned: return .record(.settled)
        case .cleaningFailed(let reason):
            let message = "volume \(volumeID) exists, but the staging cannot be cleaned: \(reason)"
            return .finish(.failed(message: message))
        default: return .tag(volumeID: volumeID)
        }
    }

    private func inFinalPhase(_ end: ImportOutcome.End, _ observation: ImportObservation) -> ImportStep {
        isForgotten ? cleanUp(after: observation) : .finish(end)
    }

    /// The steps that remove an import whose own conversion has ended. Its record remains until the last of them, so that
    /// a later run finds what is left if this one is killed.
    private func cleanUp(after observation: ImportObservation) -> ImportStep {
        switch observation {
        case .supersededEnded: return .clean
        case .cleaned: return .drop
        case .cleaningFailed(let reason):
            let message = """
                it is not forgotten yet, because the staging cannot be cleaned: \(reason). If that persists, ferry state rm \
                drops it, and what is staged stays
                """
            return .finish(.failed(message: message))
        default: return .followSuperseded
        }
    }
}
