import Migration

/// The next step of an import.
enum ImportStep: Hashable, Sendable {
    /// Record a conversion task that EC2 lists as this import's.
    case adopt(taskID: String)
    /// Cancel a conversion task before its import is forgotten.
    case cancel(taskID: String)
    /// Wait for a conversion slot.
    case acquireSlot
    /// Stage the import manifest of an attempt.
    case prepare(attempt: Int)
    /// Journal the intent to call ImportVolume.
    case recordIntent(attempt: Int)
    /// Call ImportVolume.
    case call
    /// Search the conversion tasks for the import's marker.
    case search
    /// Wait for the end of a conversion.
    case follow(taskID: String)
    /// Check that an object in S3 is what EC2 was to read.
    case checkSource(volumeID: String)
    /// Tag the volume.
    case tag(volumeID: String)
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
