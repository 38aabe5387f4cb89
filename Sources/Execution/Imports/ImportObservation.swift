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
    /// Every claim of the import may be written.
    case claimFree
    /// This process holds every claim of the import, for the next attempt.
    case claimHeld
    /// Another process holds a claim, and its task is not known.
    case claimBusy
    /// The wait for another process's claim is over: every claim may be written.
    case claimWaitEnded
    /// A claim or a listing names a task or a volume of the import.
    case imported(ClaimedImport)
    /// Whether the import was called cannot be determined.
    case undecidable(String)
    /// The journal has the intent to call ImportVolume.
    case intentRecorded
    /// EC2 accepted the call or lists a task with the import's marker.
    ///
    /// - Parameter expiration: When EC2 gives the task up, as EC2 wrote it.
    case taskKnown(taskID: String, expiration: String?)
    /// EC2 rejected the call. It had no effect.
    case callRejected(String)
    /// EC2 rejected the call for a reason that passes. It needs a new claim.
    case callPostponed
    /// Whether the call took effect is unknown.
    case callOutcomeUnknown
    /// A volume of the import was found, whose task EC2 no longer lists.
    case volumeFound(volumeID: String)
    /// EC2 does not list the task, and no volume has its tags.
    case volumeNotFound(String)
    /// The volume that must not be used has the tag that says so.
    case rejectionTagged(volumeID: String, message: String)
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
    case sourceChanged(volumeID: String, String)
    /// The volume has its tags.
    case tagged
    /// The claims say that the import is settled, or the failure to write them was logged.
    case claimSettled
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
