import FileSystem
import Glibc

/// A file that is written beside its place, as `NAME.ferry-partial`, and moved there when it is whole.
///
/// Whoever looks at the place sees what was there before, or all of the new file. It owns the file's descriptor, and is
/// the only one to write: the partial file is locked. Threads may write different ranges at a time.
final class OutputFile: Sendable {
    private let path: String
    private let partial: String
    private let descriptor: Int32

    /// Creates the file beside its place.
    ///
    /// - Parameters:
    ///   - path: Its place. Nothing else than a regular file may be there.
    ///   - replacing: Whether even that is an error.
    init(path: String, replacing: Bool) throws(DiskImageError) {
        var status = stat()
        if lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw DiskImageError(path: path, reason: .notAFile) }
            guard replacing else { throw DiskImageError(path: path, reason: .destinationExists) }
        }
        self.path = path
        partial = path + ".ferry-partial"
        descriptor = try Self.openLocked(partial)
    }

    deinit {
        close(descriptor)
    }

    /// Gives the file its length in bytes; what is not written reads as zeros.
    func setLength(_ byteCount: Int64) throws(DiskImageError) {
        guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw failure("ftruncate") }
    }

    /// Writes bytes at an offset.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(DiskImageError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("pwrite", at: offset + Int64(done)) }
            done += count
        }
    }

    /// Moves the whole file to its place.
    ///
    /// - Parameter isDurable: Whether content and name are on the disk when the call returns.
    func finish(isDurable: Bool) throws(DiskImageError) {
        if isDurable, fdatasync(descriptor) != 0 { throw failure("fdatasync") }
        guard rename(partial, path) == 0 else { throw failure("rename") }
        if isDurable {
            let folder = try ImageDirectory(path: FileName.folder(of: path))
            guard fsync(folder.descriptor) == 0 else {
                throw DiskImageError(path: folder.path, reason: .system(call: "fsync", errno: errno))
            }
        }
    }

    /// Removes what was written, after a failure; that failure is what the caller reports.
    func remove() {
        unlink(partial)
    }

    private func failure(_ call: String, at offset: Int64? = nil) -> DiskImageError {
        DiskImageError(path: path, offset: offset, reason: .system(call: call, errno: errno))
    }

    /// Opens a file that nobody else has locked, and empties it: one left by a crash is taken over.
    private static func openLocked(_ path: String) throws(DiskImageError) -> Int32 {
        while true {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
            guard descriptor >= 0 else { throw DiskImageError(path: path, reason: .system(call: "open", errno: errno)) }
            do throws(DiskImageError) {
                var opened = stat()
                guard fstat(descriptor, &opened) == 0, opened.st_mode & S_IFMT == S_IFREG else {
                    throw DiskImageError(path: path, reason: .notAFile)
                }
                guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                    throw DiskImageError(
                        path: path,
                        reason: errno == EWOULDBLOCK ? .destinationBusy : .system(call: "flock", errno: errno)
                    )
                }
                // Between the two calls another process may have moved the file to its place: then it is that one's.
                if let current = FileIdentity(path: path), FileIdentity(opened).isSameFile(as: current) {
                    guard ftruncate(descriptor, 0) == 0 else {
                        throw DiskImageError(path: path, reason: .system(call: "ftruncate", errno: errno))
                    }
                    return descriptor
                }
            } catch {
                close(descriptor)
                throw error
            }
            close(descriptor)
        }
    }
}
