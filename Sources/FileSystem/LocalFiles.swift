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

    /// Creates access to the file system.
    ///
    /// - Parameters:
    ///   - permissions: The permissions of files that it creates, before the process's `umask`.
    ///   - durability: What its writes survive.
    package init(permissions: UInt32 = 0o666, durability: Durability = .contentAndName) {
        self.permissions = permissions
        self.durability = durability
    }

    package func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        // Always a new file: a leftover may have a second name, whose content must not change.
        unlink(path)
        let file = try OpenFile(path, .create(permissions: permissions))
        do throws(FileError) {
            try file.append(bytes)
            if durability != .process { try file.synchronizeContent() }
            // Some network file systems report a failed write here.
            try file.close()
        } catch {
            unlink(path)
            throw error
        }
    }

    package func link(_ path: String, to other: String) throws(FileError) {
        // Through a third name: the one that is replaced always exists.
        let next = other + ".next"
        unlink(next)
        do throws(FileError) {
            try FileError.checking("link", path) { Glibc.link(path, next) }
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
        try FileError.checking("rename", path) { Glibc.rename(path, target) }
    }

    /// Removes a file.
    package func remove(_ path: String) throws(FileError) {
        try FileError.checking("unlink", path) { unlink(path) }
    }

    package func synchronizeFolder(of path: String) throws(FileError) {
        if durability == .contentAndName { try Folder(path: Folder.parent(of: path)).synchronize() }
    }

    package func discard(_ temporary: String) {
        unlink(temporary)
    }

    package func target(of path: String) -> String {
        var current = FilePath(path)
        for _ in 0..<Self.mostLinks {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink(current.string, &buffer, buffer.count)
            guard length > 0, length < buffer.count else { return current.string }
            let target = FilePath(String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self))
            current = target.isAbsolute ? target : current.removingLastComponent().pushing(target)
        }
        return path
    }

    /// The symbolic links that Linux follows in one path.
    private static let mostLinks = 40

    /// A name next to a file that no other process uses.
    package static func uniqueName(for path: String) -> String {
        "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }
}
