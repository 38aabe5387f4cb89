import FileSystem
import FoundationEssentials
import Glibc

/// The layout of the sandbox's data folder, and the few ways in which it is changed.
///
/// A file appears under its own name only when it is complete: it is written beside and renamed. That survives the
/// end of the process at any point; the sandbox doesn't promise to survive the loss of power, so nothing is synced.
struct DataDirectory: Sendable {
    /// The folder's absolute path, without a slash at the end: the paths of volumes mean the same to everybody.
    let path: String

    /// Names the folder at `path`, which may be relative.
    init(_ path: String) {
        let path = URL(filePath: path).standardizedFileURL.path
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Whether the folder is there.
    var exists: Bool { access(path, F_OK) == 0 }

    /// Objects and buckets of S3.
    var buckets: String { "\(path)/s3" }
    /// Multipart uploads under way.
    var uploads: String { "\(path)/uploads" }
    /// Conversion tasks.
    var tasks: String { "\(path)/tasks" }
    /// Volumes and what is known of them.
    var volumes: String { "\(path)/volumes" }
    /// Files that belong to the present process alone: bodies on their way in, images being converted.
    var scratch: String { "\(path)/scratch" }
    /// Where the holder of the folder is written.
    var lock: String { "\(path)/lock" }

    /// Makes the folders that aren't there and empties the scratch folder.
    func prepare() throws {
        Self.remove(scratch)
        for folder in [buckets, uploads, tasks, volumes, scratch] {
            try Self.makeFolder(folder)
        }
    }

    /// Removes all that sandboxes keep in the folder.
    func empty() throws {
        // The tasks first: what is left after a failure then is only room, not work to take up.
        for folder in [tasks, uploads, buckets, volumes, scratch] {
            Self.remove(folder)
            guard access(folder, F_OK) != 0 else {
                throw StorageError("remove", path: folder, reason: .damaged("something in it can't be removed"))
            }
        }
    }

    /// A path in the scratch folder that nothing else has.
    func scratchPath(_ kind: String) -> String {
        "\(scratch)/\(kind)-\(Identifier.hexadecimal(digits: 24))"
    }

    /// Makes a folder, and those above it.
    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw StorageError("create", path: path, reason: .damaged("\(error)"))
        }
    }

    /// Removes a file or a folder with all in it; what isn't there is no error.
    static func remove(_ path: String) {
        // Whatever can't be removed stays as waste that the next start tries again: no answer depends on it.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// How files are written: they survive the end of the process, not the loss of power.
    private static let files = LocalFiles(permissions: 0o600, durability: .process)

    /// Gives a complete file its final name, in place of one that has it already.
    static func install(_ source: String, at target: String) throws(StorageError) {
        try StorageError.catching("rename") { () throws(FileError) in try files.install(source, at: target) }
    }

    /// Removes a file that must exist.
    static func removeFile(_ path: String) throws(StorageError) {
        try StorageError.catching("remove") { () throws(FileError) in try files.remove(path) }
    }

    /// The names in a folder, those of hidden files left out, in byte order.
    static func names(in folder: String) throws -> [String] {
        let names = try StorageError.catching("list") { () throws(FileError) in try Folder(path: folder).names() }
        return names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Writes a record as JSON, whole or not at all.
    func write(_ record: some Encodable, to target: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(record))
        do throws(FileError) {
            try Self.files.replace(target, with: bytes, through: .path(scratchPath("record")))
        } catch {
            throw StorageError(error, ["open": "create", "rename": "rename"][error.call] ?? "write")
        }
    }

    /// Reads a record back.
    static func read<Record: Decodable>(_ type: Record.Type, from path: String) throws -> Record {
        do {
            return try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw StorageError("read", path: path, reason: .damaged("\(error)"))
        }
    }
}
