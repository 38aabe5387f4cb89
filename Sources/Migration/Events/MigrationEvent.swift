/// Something that happened while a plan was applied, for those who watch.
package enum MigrationEvent: Hashable, Sendable {
    /// ferry itself converts an image, before it is staged.
    case repackaging(image: String, as: Repackaging)
    /// Staging of an image begins: the parts it has, and how many are in the staging already.
    case stagingBegan(image: String, imports: [ImportAddress], parts: Int, partsPresent: Int)
    /// A part was uploaded.
    case partStaged(image: String, bytes: Int)
    /// All parts of an image are staged.
    case staged(image: String, imports: [ImportAddress])
    /// ImportVolume is called.
    case requested(ImportAddress, attempt: Int)
    /// The outcome of a call is not known, and its task is searched for.
    case reconciling(ImportAddress, reason: String)
    /// Another run claimed the import, or the outcome of an earlier call is unknown. The import continues after at most so
    /// many seconds.
    case waitingForClaim(ImportAddress, seconds: Int64)
    /// EC2 converts.
    case converting(ImportAddress, taskID: String)
    /// EC2 reports how far a conversion has come.
    case converted(ImportAddress, bytes: Int64, of: Int64, message: String?)
    /// The volume is there.
    case completed(ImportAddress, volumeID: String)
    /// The volume is tagged and the staging is clean.
    case settled(ImportAddress, volumeID: String)
    /// The address was dropped from the state.
    case forgotten(ImportAddress)
    /// The import ended without a volume.
    case failed(ImportAddress, message: String)
    /// Nothing new is begun any more.
    case stopping
}
