import Migration

/// What the driver of an import learned from its last step.
enum ImportObservation: Hashable, Sendable {
    /// The driver starts on the import.
    case started
    /// The record was read, at the start or after it changed.
    case entered
    /// The import holds a conversion slot.
    case slotHeld
    /// The import manifest is staged and the call is ready.
    case prepared
    /// The journal has the intent to call ImportVolume.
    case intentRecorded
    /// EC2 accepted the call or lists a task with the import's marker.
    ///
    /// - Parameter expiration: When EC2 gives the task up, as EC2 wrote it.
    case taskKnown(taskID: String, expiration: String?)
    /// EC2 rejected the call. It had no effect.
    case callRejected(String)
    /// Whether the call took effect is unknown.
    case callOutcomeUnknown
    /// No task has the import's marker, and none will.
    case taskAbsent
    /// EC2 completed the conversion.
    case conversionCompleted(volumeID: String)
    /// EC2 canceled the conversion.
    case conversionCancelled(String)
    /// EC2 stopped listing the task.
    ///
    /// - Parameters:
    ///   - taskID: The task.
    ///   - expiration: When EC2 gives the task up, as EC2 wrote it.
    ///   - hasExpired: Whether that time has passed.
    case taskUnlisted(taskID: String, expiration: String?, hasExpired: Bool)
    /// The volume was made from the image as planned.
    case sourceUnchanged(volumeID: String)
    /// The object in S3 changed while EC2 read it.
    case sourceChanged(String)
    /// The volume has its tags.
    case tagged
    /// Every superseded conversion has ended.
    case supersededEnded
    /// The staging holds nothing that only this import needs.
    case cleaned
    /// The staging could not be cleaned.
    case cleaningFailed(String)
    /// The record was removed from the state.
    case dropped
    /// The step failed and left the record unchanged.
    case failed(String)
    /// The run is stopping.
    case stopped
}
