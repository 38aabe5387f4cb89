import FileSystem
import Glibc

/// A folder held open, so that the extents of an image are looked up in it and nowhere else.
final class ImageDirectory {
    /// The folder's path, as it was given.
    let path: String
    let descriptor: Int32

    init(path: String) throws(DiskImageError) {
        descriptor = path.withSystemPath { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        self.path = path
        guard descriptor >= 0 else {
            throw DiskImageError(path: path, reason: .system(call: "open", errno: errno))
        }
    }

    deinit {
        close(descriptor)
    }
}
