import Foundation

/// A folder of one test's own, removed with everything in it when the last reference goes.
public final class TemporaryDirectory: Sendable {
    /// The folder's absolute path, without a slash at the end.
    public let path: String

    /// Makes a new, empty folder below the system's temporary folder.
    public init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "ferry-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in this folder; `name` may contain slashes.
    public func path(_ name: String) -> String { "\(path)/\(name)" }

    /// The text of the file `name` in this folder; empty if there is none.
    public func text(_ name: String) -> String {
        (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? ""
    }

    /// A device node in this folder for the device of another node, so that a test that goes wrong does not replace the
    /// machine's own; that node itself where the process may not make one.
    public func device(like path: String) -> String {
        var status = stat()
        let copy = self.path((path as NSString).lastPathComponent)
        guard stat(path, &status) == 0, mknod(copy, S_IFCHR | 0o666, status.st_rdev) == 0 else { return path }
        // Some file systems hold nodes and let nobody open them.
        guard access(copy, W_OK) == 0, let file = fopen(copy, "w") else {
            unlink(copy)
            return path
        }
        fclose(file)
        return copy
    }

    /// Writes a file, with the folders above it, and returns its path.
    @discardableResult
    public func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
        let target = path(name)
        let folder = (target as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: target))
        return target
    }

    /// Writes a text file, with the folders above it, and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }
}
