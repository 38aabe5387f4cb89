package import WireEncoding

/// One step that ferry took for one address: what the journal holds, and what state is folded from.
package struct StateEvent: Hashable, Sendable {
    /// When it happened, in seconds since 1970.
    package var time: Int64
    /// The import it happened to.
    package var address: ImportAddress
    /// What happened.
    package var step: Step

    /// Records a step.
    package init(time: Int64, address: ImportAddress, step: Step) {
        self.time = time
        self.address = address
        self.step = step
    }

    /// The steps of an import's life.
    package enum Step: Hashable, Sendable {
        /// Work on the import begins, from nothing, after a failure, or in place of an earlier volume.
        case began(VolumeImport, generation: Int = 1)
        /// ImportVolume is about to be called. Durable before the call is made.
        case requested(attempt: Int)
        /// EC2 took this form of the import manifest's URL for the import's account and region after it had rejected others.
        case addressed(S3Addressing)
        /// The call certainly had no effect, and another attempt may follow.
        case abandoned(attempt: Int, reason: String)
        /// EC2 answered with a task, or one was found by its marker.
        case submitted(attempt: Int, taskID: String, expiration: String?)
        /// A task that no record speaks of was found by its marker.
        case adopted(VolumeImport, generation: Int = 1, attempt: Int, taskID: String, expiration: String?)
        /// A volume that no record names was found by its tags.
        case adoptedVolume(VolumeImport, generation: Int, taskID: String?, volumeID: String)
        /// EC2 reported something new about the task's progress.
        case reported(taskID: String, message: String)
        /// The task completed.
        case completed(taskID: String, volumeID: String)
        /// The import ended without a volume.
        case failed(taskID: String?, message: String)
        /// The volume of the import must not be used.
        case rejected(taskID: String, volumeID: String, message: String)
        /// The task of an earlier import of the address, which another took the place of, has ended: with a volume or without.
        case ended(taskID: String, volumeID: String?)
        /// The volume is tagged and nothing of the staging is needed any more.
        case settled
        /// The tags or the description of a settled import changed.
        case updated(VolumeImport)
        /// The import was renamed. The event's address is the new one.
        case moved(from: ImportAddress, VolumeImport)
        /// The import is no longer ferry's business.
        case forgotten
    }
}
