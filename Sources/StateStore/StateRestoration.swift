import FileSystem
import FoundationEssentials
package import Migration

/// The right to write a state anew where it is lost or cannot be used. It holds the state's lock.
package struct StateRestoration: Sendable {
    private let file: StateFile
    private let lock: any StateLock
    /// The files of a state that are there: the state file, its journal, its backup.
    package let present: [String]
    /// The state that is there with its journal; `nil` if there is none or it cannot be read.
    package let state: MigrationState?

    /// Takes the lock and looks which files there are.
    ///
    /// - Parameters:
    ///   - file: The state's files.
    ///   - command: What the holder of the lock is doing, for the message others get.
    /// - Throws: ``StateError``.
    package static func begin(_ file: StateFile, command: String) async throws(StateError) -> StateRestoration {
        try await file.storage.perform { () throws(StateError) in
            let lock = try file.storage.lock(file.lockPath, command: command)
            do throws(StateError) {
                var present: [String] = []
                for path in [file.path, file.journalPath, file.backupPath] where try file.storage.read(path) != nil {
                    present.append(path)
                }
                return StateRestoration(file: file, lock: lock, present: present, state: try? file.read())
            } catch {
                lock.release()
                throw error
            }
        }
    }

    /// Writes a state, and keeps what was there under other names.
    ///
    /// At every moment there is a state file, the old one or the new one, unless there was none. A crash before the end may
    /// leave the old journal beside the new state, which no ferry takes for its own.
    ///
    /// - Parameters:
    ///   - imports: The records.
    ///   - accounts: The accounts of the records' targets, to which the state is bound.
    ///   - lineage: The lineage of the state, if none can be read.
    /// - Returns: The state as it was written, and the names under which the files that were there are kept, in the order of
    ///   ``present``.
    package func write(
        _ imports: [ImportAddress: ImportRecord],
        boundTo accounts: TargetBindings = TargetBindings(),
        lineage: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) async throws(StateError) -> (state: MigrationState, kept: [String]) {
        let (file, present, old, lock) = (file, present, state, lock)
        return try await file.storage.perform { () throws(StateError) in
            try lock.check()
            // The line of states goes on where the old one can be read, so that plans that rest on it are stale.
            var targets = old?.targets ?? TargetBindings()
            for (target, account) in accounts.accounts { targets.bind(target, to: account) }
            let state = MigrationState(
                lineage: old?.lineage ?? lineage(),
                serial: (old?.serial ?? 0) + 1,
                imports: imports,
                targets: targets
            )
            let storage = file.storage
            var kept: [String] = []
            for path in present { kept.append(try Self.freeName(for: path, storage)) }
            let backup = zip(present, kept).first { $0.0 == file.path }?.1
            try storage.replace(file.path, with: state.json, backup: backup)
            for (path, name) in zip(present, kept) where path != file.path { try storage.rename(path, to: name) }
            try storage.synchronizeFolder(of: file.path)
            return (state, kept)
        }
    }

    /// Gives the lock back.
    package func end() {
        lock.release()
    }

    private static func freeName(for path: String, _ storage: any StateStorage) throws(StateError) -> String {
        var name = path + ".replaced"
        var number = 1
        while try storage.read(name) != nil {
            number += 1
            name = "\(path).replaced-\(number)"
        }
        return name
    }
}
