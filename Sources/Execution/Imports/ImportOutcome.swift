import Migration

/// How one import of a run ended.
struct ImportOutcome: Sendable {
    /// The kinds of end.
    enum End: Hashable, Sendable {
        /// The volume is imported, tagged, and recorded.
        case completed(volumeID: String)
        /// The import has no volume, or is not settled.
        case failed(message: String)
        /// The state has no record of the import any longer.
        case forgotten
        /// The run stopped first.
        case unfinished
    }

    var address: ImportAddress
    var end: End
}
