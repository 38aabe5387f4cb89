import Foundation
import TestSupport

/// A file system of a few pages, mounted for one test: only root may do that.
struct SmallDisk {
    /// Whether this process may mount one.
    static let isAvailable: Bool = {
        guard geteuid() == 0, let folder = try? TemporaryDirectory() else { return false }
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=64k") == 0 else { return false }
        return umount(folder.path) == 0
    }()

    /// Where it is mounted.
    let path: String

    /// Mounts it in an empty folder.
    init(at path: String, kibibytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else { throw POSIXError(.EPERM) }
    }

    /// Changes its size, and whether it can be written.
    func remount(kibibytes: Int, isReadOnly: Bool = false) throws {
        let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
        guard mount("tmpfs", path, "tmpfs", flags, "size=\(kibibytes)k") == 0 else { throw POSIXError(.EPERM) }
    }

    /// Takes it away with all that is on it.
    func remove() {
        umount(path)
    }
}
