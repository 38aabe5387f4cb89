/// The file operations of an atomic replacement.
///
/// ``LocalFiles`` implements them for this machine. A simulated file system implements them to test that every crash
/// leaves the old content or the new content.
package protocol AtomicReplacement {
    associatedtype Failure: Error

    /// Creates a file, removing a leftover of the same name. Its content is durable when the call returns.
    func write(_ bytes: [UInt8], to path: String) throws(Failure)
    /// Adds a name to a file, replacing a file of that name. Does nothing if the file does not exist.
    func link(_ path: String, to other: String) throws(Failure)
    /// Renames a file, replacing a file of the new name.
    func rename(_ path: String, to target: String) throws(Failure)
    /// Makes the names in the folder of a file durable.
    func synchronizeFolder(of path: String) throws(Failure)
    /// Removes the temporary file of a replacement that failed, or leaves it to the next replacement.
    func discard(_ temporary: String)
    /// The path that symbolic links at a path lead to; the path itself if there is no link, or no end to them.
    func target(of path: String) -> String
}

extension AtomicReplacement {
    /// Replaces a file so that its name leads to the old content or to the new content at any time.
    ///
    /// A symbolic link stays: the file that it leads to is replaced.
    ///
    /// - Parameters:
    ///   - path: The file. It need not exist.
    ///   - bytes: The new content.
    ///   - temporary: The file that receives the content first, in the same file system; `PATH.next` by default. A file
    ///     of this name is removed.
    ///   - backup: An additional name for the old file.
    package func replace(
        _ path: String,
        with bytes: [UInt8],
        through temporary: String? = nil,
        backup: String? = nil
    ) throws(Failure) {
        let path = target(of: path)
        let temporary = temporary ?? path + ".next"
        do throws(Failure) {
            try write(bytes, to: temporary)
        } catch {
            discard(temporary)
            throw error
        }
        try install(temporary, at: path, backup: backup)
    }

    /// Gives a complete file its name, replacing a file of that name.
    ///
    /// - Parameters:
    ///   - temporary: The complete file. A failure before the name changes discards it.
    ///   - path: The name.
    ///   - backup: An additional name for the old file.
    package func install(_ temporary: String, at path: String, backup: String? = nil) throws(Failure) {
        do throws(Failure) {
            if let backup { try link(path, to: backup) }
            try rename(temporary, to: path)
        } catch {
            discard(temporary)
            throw error
        }
        try synchronizeFolder(of: path)
    }
}
