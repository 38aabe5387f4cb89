/// How far an import has come. Each case holds what is known from there on, and nothing else.
package enum ImportPhase: Hashable, Sendable {
    /// Its parts are being uploaded; EC2 knows nothing of it yet.
    case staging
    /// ImportVolume is about to be called or has been: until the answer is recorded nobody knows which, and the call
    /// must not be made again before the tasks have been searched for the marker.
    case requested
    /// EC2 converts it.
    case converting(Conversion)
    /// The volume is there; its tags and the clean-up of the staging are not recorded as done.
    case completed(Conversion, volumeID: String)
    /// All is done.
    case settled(Conversion, volumeID: String)
    /// It ended without a volume; another attempt starts from the beginning.
    case failed(taskID: String?, message: String)
    /// EC2 made a volume that must not be used: its source changed while EC2 read it. Only `--replace` imports again.
    case rejected(Conversion, volumeID: String, message: String)

    /// The conversion of this phase, if there is one that has not failed.
    package var conversion: Conversion? {
        switch self {
        case .staging, .requested, .failed: nil
        case .converting(let conversion), .completed(let conversion, _), .settled(let conversion, _),
            .rejected(let conversion, _, _):
            conversion
        }
    }

    /// The conversion task of this phase, if there is one.
    package var taskID: String? {
        if case .failed(let taskID, _) = self { taskID } else { conversion?.taskID }
    }

    /// The volume of this phase, if there is one.
    package var volumeID: String? {
        switch self {
        case .staging, .requested, .converting, .failed: nil
        case .completed(_, let volumeID), .settled(_, let volumeID), .rejected(_, let volumeID, _): volumeID
        }
    }

    /// The phase's name in the state file and for people.
    package var name: Name {
        switch self {
        case .staging: .staging
        case .requested: .requested
        case .converting: .converting
        case .completed: .completed
        case .settled: .settled
        case .failed: .failed
        case .rejected: .rejected
        }
    }

    /// The names of the phases.
    package enum Name: String, CaseIterable, Sendable {
        case staging, requested, converting, completed, settled, failed, rejected
    }
}

/// A conversion task as ferry remembers it.
package struct Conversion: Hashable, Sendable {
    /// The task's id, such as `import-vol-0123456789abcdef0`.
    package var taskID: String
    /// When EC2 gives the task up if it is not done, as EC2 wrote it (ISO 8601).
    package var expiration: String?
    /// The attempt in its marker: of a task that was adopted it may be an earlier one than the last of its address. `nil` in
    /// states that were written before this was kept.
    package var attempt: Int?
    /// The last status message that EC2 reported while the task was active. The record's time is when ferry read it.
    package var statusMessage: String?

    /// Remembers a task.
    package init(taskID: String, expiration: String? = nil, attempt: Int? = nil) {
        self.taskID = taskID
        self.expiration = expiration
        self.attempt = attempt
    }
}
