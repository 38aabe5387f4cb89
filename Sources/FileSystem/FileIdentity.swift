package import Glibc

/// What tells one state of a file from another without reading it.
package struct FileIdentity: Hashable, Sendable {
    /// The file's length in bytes.
    package let byteCount: Int64
    /// When the content was last written, in nanoseconds since 1970.
    package let modified: Int64
    /// When the inode was last changed, in nanoseconds since 1970. Unlike `modified` no program can set it back.
    package let changed: Int64
    /// The inode's number on its device.
    package let inode: UInt64
    /// The device's number.
    package let device: UInt64

    package init(byteCount: Int64, modified: Int64, changed: Int64, inode: UInt64, device: UInt64) {
        self.byteCount = byteCount
        self.modified = modified
        self.changed = changed
        self.inode = inode
        self.device = device
    }

    package init(_ status: stat) {
        byteCount = Int64(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
    }

    /// The state of the file a path leads to; `nil` where there is none, or none that may be looked at.
    package init?(path: String) {
        var status = stat()
        guard path.withSystemPath({ stat($0, &status) }) == 0 else { return nil }
        self.init(status)
    }

    /// Whether both are states of one file.
    package func isSameFile(as other: FileIdentity) -> Bool {
        inode == other.inode && device == other.device
    }

    /// A time stamp can be set to any value: the sum wraps instead of trapping, and still tells two states apart.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
