import Glibc

/// The owner, the group, and the permissions of a regular file.
package struct FileAttributes: Sendable {
    let owner: uid_t
    let group: gid_t
    /// The lower twelve bits of the mode.
    let permissions: UInt32

    /// Reads the attributes of the file that a path leads to; `nil` if there is no regular file.
    package init?(path: String) {
        var status = stat()
        guard path.withSystemPath({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        owner = status.st_uid
        group = status.st_gid
        permissions = status.st_mode & 0o7777
    }
}

extension OpenFile {
    /// Gives the file the attributes of the one that it will replace, as far as the process may set them.
    package func adopt(_ attributes: FileAttributes) throws(FileError) {
        let status = try status()
        var permissions = attributes.permissions
        if status.st_uid != attributes.owner || status.st_gid != attributes.group {
            let ownerAndGroup = change(owner: attributes.owner, group: attributes.group)
            if !ownerAndGroup, !change(owner: uid_t.max, group: attributes.group) {
                // Another group must not get what the old file's group had: it gets what everybody has.
                permissions = permissions & ~0o070 | (permissions & 0o007) << 3
            }
            // Nor does another owner's program run with this one's rights.
            if !ownerAndGroup { permissions &= 0o777 }
        }
        try change(permissions: permissions)
    }
}
