import FileSystem
import Glibc

/// The sole right to a data folder, held as long as this object lives.
///
/// The kernel releases a `flock` when its holder ends, however it ends: no lock is left behind by a crash.
final class DataDirectoryLock: Sendable {
    private let file: OpenFile

    /// Takes the folder.
    ///
    /// - Throws: ``SandboxError/dataDirectoryInUse(path:holder:)`` when another sandbox has it.
    init(_ directory: DataDirectory) throws {
        let path = directory.lock
        file = try StorageError.catching("open") { () throws(FileError) in
            try OpenFile(path, .updateOrCreate(permissions: 0o600))
        }
        guard try StorageError.catching("lock", { [file] () throws(FileError) in try file.tryLock() }) else {
            throw SandboxError.dataDirectoryInUse(path: directory.path, holder: Self.holder(file))
        }
        try StorageError.catching("write") { [file] () throws(FileError) in
            try file.resize(to: 0)
            try file.overwrite(Array("process \(getpid()), since \(Timestamp.now.iso8601)".utf8))
        }
    }

    /// Gives the folder free before this object goes.
    func release() {
        file.unlock()
    }

    private static func holder(_ file: OpenFile) -> String {
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = (try? bytes.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }) ?? 0
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : "a process that has not said which"
    }
}
