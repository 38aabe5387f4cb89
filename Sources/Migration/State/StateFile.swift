import FoundationEssentials
import Glibc

/// The names of the files that make up a state, and how the state itself is read and written.
package struct StateFile: Hashable, Sendable {
    /// The state file's path.
    package let path: String

    /// Names a state by its file.
    package init(path: String) {
        self.path = path
    }

    /// The journal of what happened since the file was written.
    package var journalPath: String { path + ".journal" }
    /// The state file before the present one.
    package var backupPath: String { path + ".backup" }
    /// The file that says who writes.
    package var lockPath: String { path + ".lock" }

    /// Reads the state with the journal folded in, without taking the lock; `nil` where there is neither.
    package func read() throws(StateError) -> MigrationState? {
        guard var state = try readFile() else {
            if let journal = try JournalFile.read(path: journalPath) {
                var state = MigrationState(lineage: journal.header.lineage, serial: journal.header.serial)
                try journal.fold(into: &state)
                return state
            }
            return nil
        }
        if let journal = try JournalFile.read(path: journalPath) {
            try journal.fold(into: &state)
        }
        return state
    }

    /// Reads the state file alone.
    func readFile() throws(StateError) -> MigrationState? {
        guard let bytes = try FileBytes.read(path: path) else { return nil }
        guard !bytes.isEmpty else { throw .empty(path: path) }
        struct Version: Decodable { var version: Int }
        do {
            let version = try JSONDecoder().decode(Version.self, from: Data(bytes)).version
            guard version <= MigrationState.version else {
                throw StateError.newerVersion(path: path, version: version)
            }
            return try JSONDecoder().decode(MigrationState.self, from: Data(bytes))
        } catch let error as StateError {
            throw error
        } catch {
            throw .damaged(path: path, offset: nil, reason: Self.words(for: error))
        }
    }

    /// Writes the state so that at every moment either the old or the new one is there, whole: to a file beside it, to the
    /// disk, and then under its name. The old one becomes the backup.
    func write(_ state: MigrationState) throws(StateError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes: [UInt8]
        do {
            bytes = try Array(encoder.encode(state)) + [UInt8(ascii: "\n")]
        } catch {
            throw .system(path: path, operation: "encode the state", reason: "\(error)")
        }
        let next = path + ".next"
        try FileBytes.write(bytes, path: next)
        // A hard link first and a rename after it: the backup, too, is never missing.
        let nextBackup = backupPath + ".next"
        unlink(nextBackup)
        if link(path, nextBackup) == 0 {
            try FileBytes.rename(nextBackup, to: backupPath)
        } else if errno != ENOENT {
            throw .system(path: path, operation: "keep a backup", reason: FileBytes.reason())
        }
        try FileBytes.rename(next, to: path)
        try FileBytes.synchroniseFolder(of: path)
    }

    private static func words(for error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): "no “\(key.stringValue)” in \(path(context.codingPath))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(path(context.codingPath)): \(context.debugDescription)"
        default: "\(error)"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the file" : keys.map(\.stringValue).joined(separator: " ▸ ")
    }
}
