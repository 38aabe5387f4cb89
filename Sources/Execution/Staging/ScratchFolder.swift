import FileSystem
import Glibc

/// The calls on a folder of scratch files. They block.
enum ScratchFolder {
    /// Makes a folder, and those above it.
    static func make(_ folder: String) throws(ScratchError) {
        do throws(FileError) {
            try Folder(path: folder).create()
        } catch {
            throw ScratchError(error)
        }
    }

    /// Whether there is a regular file.
    static func hasFile(_ path: String) -> Bool {
        var status = stat()
        return path.withSystemPath({ lstat($0, &status) }) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Removes a file; one that is not there counts as removed.
    static func remove(_ path: String) throws(ScratchError) {
        do throws(FileError) {
            try LocalFiles().remove(path)
        } catch {
            guard error.isAbsence else { throw ScratchError(error) }
        }
    }

    /// The names of what is in a folder; nothing of one that is not there.
    static func files(in folder: String) throws(ScratchError) -> [String] {
        do throws(FileError) {
            return try Folder(path: folder).names()
        } catch {
            guard error.isAbsence else { throw ScratchError(error) }
            return []
        }
    }
}
