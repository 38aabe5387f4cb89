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
    /// The transport sends ImportVolume again when the response is lost.
    case resentImport
    /// Claims are written whatever is there.
    case claimsWithoutConditions
    /// The call is signed with the time at which it is sent.
    case signedWithOwnClock
    /// The call is signed again after it was paused or its signature had expired.
    case signedAgain
    /// A claim is taken over before EC2's lists would show its task.
    case impatientTakeover
    /// A claim is taken over while calls under it may still take effect.
    case takeoverBeforeExpiry
    /// The clocks of EC2 and S3 are taken for the same.
    case noClockMargin
    /// A claim of the same lineage counts as this process's own.
    case ownershipByLineage
    /// A call with an unknown outcome is taken for a rejected one.
    case lostResponseIsRejection
    /// A claim is taken over although EC2 may have stopped listing its task.
    case noRetentionBound
    /// A claim whose task EC2 no longer lists is taken over.
    case takeoverOfAgedTask
    /// Settled claims are deleted.
    case deletedClaims
    /// The tags of volumes are not read.
    case noVolumeEvidence
    /// Volumes that are copies count as imported ones.
    case copiesAsEvidence
    /// Volumes that were rejected count as imported ones.
    case rejectedAsEvidence
    /// The accounts that the state is bound to are not checked.
    case uncheckedAccount
    /// The imports of migration manifests that were not given are forgotten.
    case forgottenManifests
    /// A saved plan is void once a run has recorded anything.
    case planVoidedByProgress
    /// The object that EC2 read is not checked.
    case uncheckedObject
    /// A page of a proxy is taken for an empty list.
    case pageAsEmptyList
    /// All states stage in one folder.
    case sharedFolder
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
