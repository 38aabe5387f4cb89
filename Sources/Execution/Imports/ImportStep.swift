import Migration

/// The next step of an import.
enum ImportStep: Hashable, Sendable {
    /// Record a conversion task or a volume that the plan found as this import's.
    case adopt(ImportStateMachine.Adoption)
    /// Record a conversion task or a volume that a claim or a listing names.
    case adoptClaimed(ClaimedImport)
    /// Cancel a conversion task before its import is forgotten.
    case cancel(taskID: String)
    /// Wait for a conversion slot.
    case acquireSlot
    /// Read the claims of the import.
    case readClaim
    /// Stage the import manifest of an attempt.
    case prepare(attempt: Int)
    /// Write the claims for an attempt.
    case claim(attempt: Int)
    /// Wait until the claims of other processes may be taken over, or the import's task is found.
    case waitForClaim
    /// Journal the intent to call ImportVolume.
    case recordIntent(attempt: Int)
    /// Call ImportVolume.
    case call
    /// Wait for the end of a conversion.
    case follow(taskID: String)
    /// Search the volumes for the one of a task that EC2 no longer lists.
    case findVolume(taskID: String)
    /// Check that an object in S3 is what EC2 was to read.
    case checkSource(volumeID: String)
    /// Tag the volume.
    case tag(volumeID: String)
    /// Tag a volume that must not be used.
    case tagRejected(volumeID: String, message: String)
    /// Write into the claims that the import is settled.
    case settleClaim(volumeID: String)
    /// Wait for the end of superseded conversions.
    case followSuperseded
    /// Remove from the staging what no import needs any longer.
    case clean
    /// Remove the record from the state.
    case drop
    /// Journal a change of the record.
    case record(StateEvent.Step)
    /// End, with this result.
    case finish(ImportOutcome.End)
}
