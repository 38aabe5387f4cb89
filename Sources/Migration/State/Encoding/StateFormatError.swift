/// The text of a state file that this version of ferry cannot read.
package enum StateFormatError: Error, Hashable, Sendable {
    /// The text is not a state.
    ///
    /// - Parameters:
    ///   - offset: The offset in bytes at which reading failed.
    ///   - reason: The problem, in words.
    case damaged(offset: Int, reason: String)
    /// The text is JSON of another program: a key that every state has is missing.
    case foreign(missingKey: String)
    /// A later version of ferry wrote the state, in this version of the format.
    case newerVersion(Int)
}
