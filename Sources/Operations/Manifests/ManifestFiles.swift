import Diagnostics
import FileSystem
import Glibc
import Migration
import YAML

/// Finds and reads the files of migration manifests.
enum ManifestFiles {
    /// The largest file that is read, in bytes. A hundred thousand imports are some 41 MB.
    private static let largestFile: Int64 = 256 << 20

    /// A file that was opened and read.
    struct Content {
        var file: SourceFile
        /// What tells the file from others, whatever path leads to it.
        var identity: Identity
    }

    struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    /// The files that a path names: itself, or what in a folder ends in `.yaml` or `.yml`, in the order of the names.
    static func list(_ path: String) throws(Violation) -> [String] {
        var status = stat()
        // What is wrong with a path that is no folder is found out when it is opened.
        guard path.withSystemPath({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        let names: [String]
        do throws(FileError) {
            names = try Folder(path: path).names()
        } catch {
            throw Violation(.unreadableFile, "\(path): the folder cannot be read: \(error.reason)")
        }
        let manifests = names.filter { ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && !$0.hasPrefix(".") }
        guard !manifests.isEmpty else {
            throw Violation(.noManifest, "\(path): the folder holds no file that ends in .yaml or .yml")
        }
        let folder = path.hasSuffix("/") ? path : path + "/"
        return manifests.sorted().map { folder + $0 }
    }

    /// Reads a regular file.
    static func read(_ path: String) throws(Violation) -> Content {
        do throws(FileContents.Failure) {
            let contents = try FileContents(path: path, kind: .regular, limit: largestFile)
            return Content(
                file: SourceFile(path: path, bytes: contents.bytes),
                identity: Identity(device: contents.identity.device, inode: contents.identity.inode)
            )
        } catch {
            let problem =
                switch error {
                case _ where error.isAbsence: "there is no such file"
                case .system(let error): error.reason
                case .notRegular: "it is not a regular file"
                case .tooLarge(let size): "it has \(size) bytes; ferry reads \(largestFile >> 20) MiB"
                }
            throw Violation(.unreadableFile, "\(path): \(problem)")
        }
    }

    /// The bytes of a regular file; `nil` if there is none of that name.
    static func readIfPresent(_ path: String) throws(Violation) -> [UInt8]? {
        var status = stat()
        guard path.withSystemPath({ lstat($0, &status) }) == 0 || errno != ENOENT else { return nil }
        return try read(path).file.bytes
    }
}
