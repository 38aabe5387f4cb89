package import FileSystem

/// Where a state lies: the few operations on files that its safety is made of.
///
/// The calls are synchronous and may block; ``perform(_:)`` runs them where that does no harm. A file system of its own
/// implements it for the simulation, which loses whatever was not made durable.
package protocol StateStorage: AtomicReplacement, Sendable where Failure == StateError {
    /// Runs a body that uses the storage.
    func perform<Success: Sendable>(
        _ body: @Sendable () throws(StateError) -> Success
    ) async throws(StateError) -> Success
    /// The whole of a file; `nil` if there is none.
    func read(_ path: String) throws(StateError) -> [UInt8]?
    /// Opens a file for appending.
    func appender(to path: String) throws(StateError) -> any StateAppender
    /// Removes a file.
    func remove(_ path: String) throws(StateError)
    /// Takes a lock for as long as what is returned lives.
    ///
    /// - Throws: ``StateError/locked(path:owner:)`` at once if somebody holds it.
    func lock(_ path: String, command: String) throws(StateError) -> any StateLock
}

extension StateStorage {
    /// Without symbolic links, a path leads to itself.
    package func target(of path: String) -> String { path }

    /// Without devices and pipes, every file can be replaced.
    package func writeInPlace(_ bytes: [UInt8], to path: String) throws(StateError) -> Bool { false }

    /// Leaves the temporary file for inspection; the next replacement removes it.
    package func discard(_ temporary: String) {}
}

/// A file that only grows.
package protocol StateAppender: Sendable {
    /// Appends bytes, which are durable when the call returns.
    func append(_ bytes: [UInt8]) throws(StateError)
}

/// The right to write a state, held by one process at a time.
package protocol StateLock: Sendable {
    /// Makes sure that nobody has taken the right over, which may happen to one who was silent for long. What was written
    /// before the call was then written by right.
    ///
    /// - Throws: ``StateError/lost(path:owner:)`` if somebody has; ``StateError/system(path:operation:reason:)`` if that
    ///   cannot be told.
    func check() throws(StateError)
    /// Gives the right back, unless somebody has taken it over.
    func release()
}
