import FileSystem
import Glibc

/// A file that is written beside its place, as `NAME.ferry-partial`, and moved there when it is whole.
///
/// Whoever looks at the place sees what was there before, or all of the new file. It owns the file's descriptor, and is
/// the only one to write: the partial file is locked. Threads may write different ranges at a time.
final class OutputFile: Sendable {
    private let path: String
    private let file: OpenFile

    /// Creates the file beside its place.
    ///
    /// - Parameters:
    ///   - path: Its place. Links at it are followed. Nothing else than a regular file may be there: the ranges of an image are
    ///     not written in their order, which a pipe needs.
    ///   - replacing: Whether even that is an error.
    init(path: String, replacing: Bool) throws(DiskImageError) {
        var status = stat()
        if path.withSystemPath({ stat($0, &status) }) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw DiskImageError(path: path, reason: .notAFile) }
            guard replacing else { throw DiskImageError(path: path, reason: .destinationExists) }
        } else if errno == ELOOP {
            throw DiskImageError(path: path, reason: .system(call: "open", errno: ELOOP))
        }
        self.path = LocalFiles().target(of: path)
        file = try Self.openLocked(Self.partialPath(for: path))
    }

    /// The file that is written before it moves to a place.
    static func partialPath(for path: String) -> String { LocalFiles().target(of: path) + ".ferry-partial" }

    /// Gives the file its length in bytes; what is not written reads as zeros.
    func setLength(_ byteCount: Int64) throws(DiskImageError) {
        do throws(FileError) {
            try file.resize(to: byteCount)
        } catch {
            throw DiskImageError(error, path: path)
        }
    }

    /// Writes bytes at an offset.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(DiskImageError) {
        do throws(FileError) {
            try file.write(bytes, at: offset)
        } catch {
            throw DiskImageError(error, path: path)
        }
    }

    /// Moves the whole file to its place.
    ///
    /// - Parameter isDurable: Whether content and name are on the disk when the call returns.
    func finish(isDurable: Bool) throws(DiskImageError) {
        do throws(FileError) {
            if let replaced = FileAttributes(path: path) { try file.adopt(replaced) }
            if isDurable { try file.synchronizeContent() }
            try LocalFiles(durability: isDurable ? .contentAndName : .process).install(file.path, at: path)
        } catch {
            let isOfFolder = error.call == "open" || error.call == "fsync"
            throw DiskImageError(error, path: isOfFolder ? error.path : path)
        }
    }

    /// Removes what was written, after a failure; that failure is what the caller reports.
    func remove() {
        LocalFiles().discard(file.path)
    }

    /// Opens a file that nobody else has locked, and empties it: one left by a crash is taken over.
    private static func openLocked(_ path: String) throws(DiskImageError) -> OpenFile {
        while true {
            let file: OpenFile
            let (opened, isLocked): (stat, Bool)
            do throws(FileError) {
                file = try OpenFile(path, .partial)
                opened = try file.status()
                guard opened.st_mode & S_IFMT == S_IFREG else {
                    throw FileError(path: path, call: "fstat", code: EINVAL)
                }
                isLocked = try file.tryLock()
            } catch {
                throw error.call == "fstat"
                    ? DiskImageError(path: path, reason: .notAFile) : DiskImageError(error, path: path)
            }
            guard isLocked else { throw DiskImageError(path: path, reason: .destinationBusy) }
            // Between the two calls another process may have moved the file to its place: then it is that one's.
            guard let current = FileIdentity(path: path), FileIdentity(opened).isSameFile(as: current) else { continue }
            do throws(FileError) {
                try file.resize(to: 0)
            } catch {
                throw DiskImageError(error, path: path)
            }
            return file
        }
    }
}

extension DiskImageError {
    /// Describes a failed system call.
    ///
    /// - Parameter path: The file that the error names.
    init(_ error: FileError, path: String) {
        self.init(path: path, offset: error.offset, reason: .system(call: error.call, errno: error.code))
    }
}
