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
///     staging --> staging: slotHeld / prepare
///     staging --> requested: prepared / recordIntent
///     requested --> requested: entered / search
///     requested --> requested: intentRecorded / call
///     requested --> converting: taskKnown / record submitted
///     requested --> failed: callRejected / record failed
///     requested --> staging: taskAbsent / record abandoned
///     converting --> converting: entered / follow
///     converting --> converting: conversionCompleted / checkSource
///     converting --> failed: conversionCancelled / record failed
///     converting --> [*]: taskUnlisted / finish failed
///     converting --> [*]: taskExpired / finish failed
///     converting --> completed: sourceUnchanged / record completed
///     converting --> failed: sourceChanged / record failed
///     completed --> completed: entered / tag
///     completed --> completed: tagged / clean
///     completed --> settled: cleaned / record settled
///     completed --> [*]: cleaningFailed / finish failed
///     settled --> [*]: entered / finish completed
///     failed --> [*]: entered / finish failed
/// ```
///
/// And of an import that is forgotten:
///
/// ```mermaid
/// stateDiagram-v2
///     staging --> staging: entered / followSuperseded
///     staging --> staging: supersededEnded / clean
///     staging --> [*]: cleaned / drop
///     staging --> [*]: cleaningFailed / finish failed
///     requested --> requested: entered / search
///     requested --> requested: intentRecorded / call
///     requested --> converting: taskKnown / record submitted
///     requested --> failed: callRejected / record failed
///     requested --> staging: taskAbsent / record abandoned
///     converting --> converting: entered / follow
///     converting --> completed: conversionCompleted / record completed
///     converting --> failed: conversionCancelled / record failed
///     converting --> [*]: taskUnlisted / finish failed
///     converting --> converting: taskExpired / followSuperseded
///     converting --> completed: sourceUnchanged / record completed
///     converting --> failed: sourceChanged / record failed
///     converting --> [*]: supersededEnded / drop
///     completed --> completed: entered / followSuperseded
///     completed --> completed: supersededEnded / clean
///     completed --> [*]: cleaned / drop
///     completed --> [*]: cleaningFailed / finish failed
///     settled --> settled: entered / followSuperseded
///     settled --> settled: supersededEnded / clean
///     settled --> [*]: cleaned / drop
///     settled --> [*]: cleaningFailed / finish failed
///     failed --> failed: entered / followSuperseded
///     failed --> failed: supersededEnded / clean
///     failed --> [*]: cleaned / drop
///     failed --> [*]: cleaningFailed / finish failed
/// ```
struct ImportStateMachine: Sendable {
    /// The goal of the import's change.
    enum Goal: Hashable, Sendable {
        /// A settled volume. The conversion task is adopted first, if there is one.
        case complete(adopting: String?)
        /// No record. The conversion task is canceled first, if there is one.
        case forget(cancelling: String?)
    }

    /// The goal.
    let goal: Goal
    /// The path of the disk image, for messages.
    let imagePath: String
    /// Whether the parts of the image are staged.
    let isStaged: Bool
    /// The highest attempt among the listed tasks of this address; 0 if there is none. Tasks can outlive the records that
    /// counted their attempts.
    let highestListedAttempt: Int

    /// The next step.
    ///
    /// - Parameters:
    ///   - record: The import's record; `nil` if the state has none.
    ///   - observation: What the driver observed last.
    func next(_ record: ImportRecord?, _ observation: ImportObservation) -> ImportStep {
        switch observation {
        case .started: return first(record)
        case .failed(let message): return .finish(.failed(message: message))
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
        }
    }

    /// Whether the import leaves the state.
    var isForgotten: Bool {
        if case .forget = goal { true } else { false }
    }

    private func first(_ record: ImportRecord?) -> ImportStep {
        switch goal {
        case .complete(adopting: let taskID?): .adopt(taskID: taskID)
        case .forget(cancelling: let taskID?): .cancel(taskID: taskID)
        case .complete, .forget: next(record, .entered)
        }
    }

    private func inStaging(_ record: ImportRecord, _ observation: ImportObservation) -> ImportStep {
        if isForgotten { return cleanUp(after: observation) }
        // No task of the address has this number: it identifies the task if the answer is lost.
        let last = max(record.attempts, highestListedAttempt)
        switch observation {
        case .slotHeld:
            guard isStaged else {
                return .finish(.failed(message: "\(imagePath): its parts are not staged; run ferry apply again"))
            }
            guard last < TaskMarker.highestAttempt else {
                let message =
                    "attempt \(last) of this address is on record, and there is none higher; give the image another name"
                return .finish(.failed(message: message))
            }
            return .prepare(attempt: last + 1)
        case .prepared:
            return .recordIntent(attempt: last + 1)
        default:
            return .acquireSlot
        }
    }

    private func inRequested(_ record: ImportRecord, _ observation: ImportObservation) -> ImportStep {
        switch observation {
        case .intentRecorded:
            .call
        case .taskKnown(let taskID, let expiration):
            .record(.submitted(attempt: record.attempts, taskID: taskID, expiration: expiration))
        case .callRejected(let message):
            .record(.failed(taskID: nil, message: message))
        case .taskAbsent:
            .record(.abandoned(attempt: record.attempts, reason: "EC2 has no task with its marker"))
        default:
            .search
        }
    }

    private func inConverting(_ conversion: Conversion, _ observation: ImportObservation) -> ImportStep {
        let taskID = conversion.taskID
        switch observation {
        case .conversionCompleted(let volumeID):
            // Whether a forgotten volume matches its image does not matter.
            return isForgotten
                ? .record(.completed(taskID: taskID, volumeID: volumeID)) : .checkSource(volumeID: volumeID)
        case .sourceUnchanged(let volumeID):
            return .record(.completed(taskID: taskID, volumeID: volumeID))
        case .conversionCancelled(let message), .sourceChanged(let message):
            return .record(.failed(taskID: taskID, message: message))
        case .taskUnlisted(let taskID, let expiration, let hasExpired):
            return afterUnlisted(taskID, expiration, hasExpired)
        case .supersededEnded where isForgotten:
            // How the conversion ended is unknown: what it left in the staging stays.
            return .drop
        default:
            return .follow(taskID: taskID)
        }
    }

    /// Until an unlisted task has expired, it may be active, and the record tells later runs which parts it needs.
    private func afterUnlisted(_ taskID: String, _ expiration: String?, _ hasExpired: Bool) -> ImportStep {
        guard isForgotten else {
            return .finish(
                .failed(message: "EC2 no longer lists task \(taskID); look for its volume, then plan again")
            )
        }
        guard !hasExpired else { return .followSuperseded }
        let time = expiration.map { "; it may be under way until \($0)" } ?? ""
        return .finish(
            .failed(
                message: """
                    it is not forgotten yet: EC2 does not list task \(taskID)\(time). Run ferry apply again later, \
                    or drop it as it is by ferry state rm --force
                    """
            )
        )
    }

    private func inCompleted(_ volumeID: String, _ observation: ImportObservation) -> ImportStep {
        if isForgotten { return cleanUp(after: observation) }
        switch observation {
        case .tagged: return .clean
        case .cleaned: return .record(.settled)
        case .cleaningFailed(let reason):
            let message = "volume \(volumeID) is there, but the staging cannot be cleaned: \(reason)"
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
                it is not forgotten yet, because the staging cannot be cleaned: \(reason). If that lasts, ferry state rm \
                drops it, and what is staged stays
                """
            return .finish(.failed(message: message))
        default: return .followSuperseded
        }
    }
}
