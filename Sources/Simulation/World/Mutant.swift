/// A deliberate breakage, to prove that the simulation can fail.
///
/// Each changes what ferry is built on or told, in the way that a plausible mistake in ferry would.
package enum Mutant: String, CaseIterable, Sendable {
    /// The intent reaches the disk only with the step after it: after the call instead of before.
    case lateIntent
    /// The intent is never written.
    case noIntent
    /// Nothing is ever found among the tasks: no reconciliation, no adoption.
    case noReconciliation
    /// An unknown outcome is taken for a failure at once: eventual consistency is not waited out.
    case impatientReconciliation
    /// The transport sends ImportVolume again when the answer is lost.
    case resentImport
    /// The marker is left out of the description.
    case noMarker
    /// What an import used in the staging goes with its import manifest, whoever else needs it.
    case sharedPartsRemoved
    /// The delete URLs of the import manifest name the parts themselves.
    case deleteURLsOfParts
    /// The import manifests of conversions under way are not looked at: what those need is known only from the images.
    case unreadImportManifests
    /// The limit of conversions is not kept.
    case ignoredConversionLimit
    /// The limit of uploads is not kept.
    case ignoredUploadLimit
    /// The limit of requests is not kept.
    case ignoredRequestLimit
    /// Journal records are not synchronised to the disk.
    case unsynchronisedJournal
    /// The state file is written in place instead of beside.
    case stateInPlace
    /// The folder is not synchronised after a rename.
    case unsynchronisedFolder
}
