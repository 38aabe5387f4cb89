import Diagnostics
import FoundationEssentials
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
        var device: UInt
        var inode: UInt
    }

    /// The files that a path names: itself, or what in a folder ends in `.yaml` or `.yml`, in the order of the names.
    static func list(_ path: String) throws(Violation) -> [String] {
        var status = stat()
        // What is wrong with a path that is no folder is found out when it is opened.
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [path] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw Violation(.unreadableFile, "\(path): the folder cannot be read: \(reason())")
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
        // O_NONBLOCK: opening a pipe without a writer would wait for one; the check for a regular file comes after.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw Violation(.unreadableFile, "\(path): \(errno == ENOENT ? "there is no such file" : reason())")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Violation(.unreadableFile, "\(path): \(reason())") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Violation(.unreadableFile, "\(path): it is not a regular file")
        }
        let size = Int64(status.st_size)
        guard size <= largestFile else {
            throw Violation(.unreadableFile, "\(path): it has \(size) bytes; ferry reads \(largestFile >> 20) MiB")
        }
        let bytes = try contents(of: descriptor, size: Int(size), path: path)
        return Content(
            file: SourceFile(path: path, bytes: bytes),
            identity: Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
        )
    }

    /// The bytes of a regular file; `nil` if there is none of that name.
    static func readIfPresent(_ path: String) throws(Violation) -> [UInt8]? {
        var status = stat()
        guard lstat(path, &status) == 0 || errno != ENOENT else { return nil }
        return try read(path).file.bytes
    }

    /// Reads `size` bytes, or fewer if the file became shorter.
    private static func contents(of descriptor: Int32, size: Int, path: String) throws(Violation) -> [UInt8] {
        var failure: String?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let read = Glibc.read(descriptor, rest.baseAddress, rest.count)
                if read == 0 { return }
                if read < 0 {
                    if errno == EINTR { continue }
                    failure = reason()
                    return
                }
                count += read
            }
        }
        if let failure { throw Violation(.unreadableFile, "\(path): \(failure)") }
        return bytes
    }

    private static func reason() -> String {
        String(cString: strerror(errno))
    }
}
