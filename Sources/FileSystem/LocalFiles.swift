import Glibc
import SystemPackage

/// The files of this machine.
package struct LocalFiles: AtomicReplacement, Sendable {
    /// What a write survives.
    package enum Durability: Sendable {
        /// The end of the process.
        case process
        /// Power loss, once the name is durable: the content is on the disk before the file gets its name.
        case content
        /// Power loss: content and name are on the disk when the call returns.
        case contentAndName
    }

    private let permissions: UInt32
    private let durability: Durability
    private let keepsAttributes: Bool

    /// Creates access to the file system.
    ///
    /// - Parameters:
    ///   - permissions: The permissions of files that it creates, before the process's `umask`.
    ///   - durability: What its writes survive.
    ///   - keepsAttributes: Whether a file that takes the place of another one gets its owner and its permissions. Not for
    ///     secrets, which get the given permissions whatever they had.
    package init(
        permissions: UInt32 = 0o666,
        durability: Durability = .contentAndName,
        keepsAttributes: Bool = true
    ) {
        self.permissions = permissions
        self.durability = durability
        self.keepsAttributes = keepsAttributes
    }

    package func write(_ bytes: [UInt8], to path: String, replacing original: String? = nil) throws(FileError) {
        // Always a new file: a leftover may have a second name, whose content must not change.
        Self.unlink(path)
        let attributes = keepsAttributes ? original.flatMap { FileAttributes(path: $0) } : nil
        let file = try OpenFile(path, .create(permissions: attributes?.permissions ?? permissions))
        do throws(FileError) {
            if let attributes { try file.adopt(attributes) }
            try file.append(bytes)
            if durability != .process { try file.synchronizeContent() }
            // Some network file systems report a failed write here.
            try file.close()
        } catch {
            Self.unlink(path)
            throw error
        }
    }

    package func link(_ path: String, to other: String) throws(FileError) {
        // Through a third name: the one that is replaced always exists.
        let next = other + ".next"
        Self.unlink(next)
        do throws(FileError) {
            try FileError.checking("link", path) {
                path.withSystemPath { path in next.withSystemPath { Glibc.link(path, $0) } }
            }
        } catch {
            if error.isAbsence { return }
            guard Self.linkRefusals.contains(error.code) else { throw error }
            try copy(path, to: next)
        }
        try rename(next, to: other)
    }

    /// The errors of link(2) on file systems without hard links (FAT, exFAT, some FUSE and SMB mounts), across mounts, and
    /// for files of other users where the kernel protects hard links.
    private static let linkRefusals: Set<Int32> = [EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EXDEV]

    private func copy(_ path: String, to other: String) throws(FileError) {
        let contents: FileContents
        do throws(FileContents.Failure) {
            contents = try FileContents(path: path)
        } catch {
            guard case .system(let error) = error else { throw FileError(path: path, call: "read", code: EINVAL) }
            throw error
        }
        try write(contents.bytes, to: other)
    }

    package func rename(_ path: String, to target: String) throws(FileError) {
        try FileError.checking("rename", path) {
            path.withSystemPath { path in target.withSystemPath { Glibc.rename(path, $0) } }
        }
    }

    /// Removes a file.
    package func remove(_ path: String) throws(FileError) {
        try FileError.checking("unlink", path) { Self.unlink(path) }
    }

    package func synchronizeFolder(of path: String) throws(FileError) {
        if durability == .contentAndName { try Folder(path: Folder.parent(of: path)).synchronize() }
    }

    package func discard(_ temporary: String) {
        Self.unlink(temporary)
    }

    package func writeInPlace(_ bytes: [UInt8], to path: String) throws(FileError) -> Bool {
        var status = stat()
        if path.withSystemPath({ stat($0, &status) }) != 0 {
            // A rename would replace the first link of the loop.
            guard errno != ELOOP else { throw FileError(path: path, call: "open", code: ELOOP) }
            return false
        }
        let file: OpenFile
        if let descriptor = SymbolicLink.descriptor(at: path) {
            file = try OpenFile(duplicating: descriptor, path: path)
        } else {
            guard ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return false }
            file = try OpenFile(path, .device)
        }
        try file.append(bytes)
        try file.close()
        return true
    }

    @discardableResult
    private static func unlink(_ path: String) -> Int32 { path.withSystemPath { Glibc.unlink($0) } }

    package func target(of path: String) -> String { SymbolicLink.target(of: path) }
}
