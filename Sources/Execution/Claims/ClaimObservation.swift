import EC2Types
import Migration

/// What an import learned about its claims.
enum ClaimObservation: Hashable, Sendable {
    /// This process holds every claim of the import and has not called under any.
    case held
    /// Every claim may be written.
    case free
    /// A task or volume of the import exists.
    case imported(ClaimedImport)
    /// Another process holds a claim, and its task is not known.
    case busy
}

/// A task or volume that a claim or a listing names.
struct ClaimedImport: Hashable, Sendable {
    /// The conversion task; `nil` for a volume whose task is not known.
    var taskID: String?
    /// The volume; `nil` while it is not known.
    var volumeID: String?
    /// The generation.
    var generation: Int
    /// The attempt of the task; `nil` if it is not known.
    var attempt: Int?
    /// When EC2 gives the task up; `nil` if it is not known.
    var expiration: String?
    /// Whether the volume must not be used.
    var isRejected = false
    /// Whether EC2 listed it. A claim may name a task that EC2 lists later, or no longer.
    var isListed: Bool

    init(_ found: FoundImport) {
        switch found {
        case .task(let task, let marker):
            self.init(
                taskID: task.id,
                volumeID: task.state == .completed ? task.volumeID : nil,
                generation: marker.generation,
                attempt: marker.attempt,
                expiration: task.expiration?.text,
                isListed: true
            )
        case .volume(let volume):
            self.init(
                taskID: volume.taskID,
                volumeID: volume.volumeID,
                generation: volume.generation,
                isRejected: volume.isRejected,
                isListed: true
            )
        }
    }

    init(
        taskID: String?,
        volumeID: String?,
        generation: Int,
        attempt: Int? = nil,
        expiration: String? = nil,
        isRejected: Bool = false,
        isListed: Bool
    ) {
        self.taskID = taskID
        self.volumeID = volumeID
        self.generation = generation
        self.attempt = attempt
        self.expiration = expiration
        self.isRejected = isRejected
        self.isListed = isListed
    }
}
