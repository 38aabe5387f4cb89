/// The file operations of an atomic replacement.
///
/// ``LocalFiles`` implements them for this machine. A simulated file system implements them to test that every crash
/// leaves the old content or the new content.
package protocol AtomicReplacement {
    associatedtype Failure: Error

    /// Creates a file, removing a leftover of the same name. Its content is durable when the call returns.
    ///
    /// - Parameter original: The file that the new one will replace. If it exists, the new file gets its owner, its group, and
    ///   its permissions, as far as the process may set them.
    func write(_ bytes: [UInt8], to path: String, replacing original: String?) throws(Failure)
    /// Writes into what a path leads to if another file must not take its place: a device, a pipe, or an open file of this
    /// process, such as `/dev/stdout`.
    ///
    /// - Returns: Whether the path leads to such a thing. If not, nothing was written.
    func writeInPlace(_ bytes: [UInt8], to path: String) throws(Failure) -> Bool
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
    /// A symbolic link stays: the file that it leads to is replaced. The new file keeps the owner and the permissions of the
    /// old one. A device or a pipe stays too, and the content is written into it.
    ///
    /// - Parameters:
    ///   - path: The file. It need not exist.
    ///   - bytes: The new content.
    ///   - temporary: The name of the file that receives the content first. A file of this name is removed.
    ///   - backup: An additional name for the old file.
    package func replace(
        _ path: String,
        with bytes: [UInt8],
        through temporary: TemporaryName = .next,
        backup: String? = nil
    ) throws(Failure) {
        if try writeInPlace(bytes, to: path) { return }
        let path = target(of: path)
        let temporary = temporary.path(for: path)
        do throws(Failure) {
            try write(bytes, to: temporary, replacing: path)
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

/// The name of the file that receives the content of a replacement first.
package enum TemporaryName: Sendable {
    /// `PATH.next`: only one process at a time replaces the file, and a leftover of a crash is removed by the next one.
    case next
    /// A name next to the file that no other process uses.
    case unique
    /// A path in the file system of the file.
    case path(String)

    /// The path of the temporary file for a file.
    func path(for target: String) -> String {
        switch self {
        case .next: target + ".next"
        case .unique: "\(target).\(String(UInt64.random(in: .min ... .max), radix: 36))"
        case .path(let path): path
        }
    }
}
