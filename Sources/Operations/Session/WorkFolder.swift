import FileSystem
package import StateStore

/// The folders that hold ferry's local files.
package enum WorkFolder {
    /// The folder of files that can be computed again, relative to the working folder.
    package static let path = ".ferry"

    /// The folder of remembered content digests.
    package static let digests = path + "/digests"

    /// Makes a folder, and those above it, where they are not there.
    ///
    /// - Throws: ``StateError/system(path:operation:reason:)``: where this folder cannot be made, no state can be kept.
    package static func make(_ path: String) throws(StateError) {
        do throws(FileError) {
            try Folder(path: path).create()
        } catch {
            throw .system(path: path, operation: "make the folder", reason: error.reason)
        }
    }
}
