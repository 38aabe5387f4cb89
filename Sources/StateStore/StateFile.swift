import FileSystem
package import Migration

/// The names of the files that make up a state, and how the state itself is read and written.
package struct StateFile: Sendable {
    /// The state file's path. It is no symbolic link: whatever name the state is opened by, it has one lock and one journal.
    package let path: String
    /// Where the files lie.
    let storage: any StateStorage

    /// Names a state by its file.
    package init(path: String, storage: any StateStorage = LocalStorage()) {
        self.path = storage.target(of: path)
        self.storage = storage
    }

    /// The journal of what happened since the file was written.
    package var journalPath: String { path + ".journal" }
    /// The state file before the present one.
    package var backupPath: String { path + ".backup" }
    /// The file that says who writes.
    package var lockPath: String { path + ".lock" }

    /// Reads the state with the journal folded in, without taking the lock; `nil` where nothing was ever recorded.
    ///
    /// - Throws: ``StateError``, also when the state file is gone and its journal or its backup are there.
    package func read() throws(StateError) -> MigrationState? {
        try readWithJournal()?.state
    }

    /// The same on a thread that may block.
    package func load() async throws(StateError) -> MigrationState? {
        try await storage.perform { () throws(StateError) in try read() }
    }

    /// The same, and whether there was a journal.
    func readWithJournal() throws(StateError) -> (state: MigrationState, hasJournal: Bool)? {
        let journal = try JournalFile.read(path: journalPath, storage: storage)
        guard let bytes = try storage.read(path) else {
            if let journal { throw .missing(path: path, remains: journal.path) }
            guard try storage.read(backupPath) == nil else { throw .missing(path: path, remains: backupPath) }
            return nil
        }
        guard !bytes.isEmpty else { throw .empty(path: path) }
        var state = try decode(bytes)
        try journal?.fold(into: &state)
        return (state, journal != nil)
    }

    /// Reads a state from a file of its own, without journal and backup; `nil` if there is no file.
    package func readExported() throws(StateError) -> MigrationState? {
        guard let bytes = try storage.read(path) else { return nil }
        guard !bytes.isEmpty else { throw .empty(path: path) }
        return try decode(bytes)
    }

    private func decode(_ bytes: [UInt8]) throws(StateError) -> MigrationState {
        do {
            return try MigrationState(json: bytes)
        } catch {
            switch error {
            case .damaged(let offset, let reason): throw .damaged(path: path, offset: offset, reason: reason)
            case .foreign(let key): throw .foreign(path: path, missingKey: key)
            case .newerVersion(let version): throw .newerVersion(path: path, version: version)
            }
        }
    }

    /// Frees a lock whose holder on another machine is gone.
    ///
    /// - Returns: Who held it, in words; `nil` if nobody did.
    /// - Throws: ``StateError/locked(path:owner:)`` if a process that this machine's kernel sees holds it.
    package func unlock() throws(StateError) -> String? {
        try FileLock.free(path: lockPath)
    }

    /// Writes the state so that at every moment either the old or the new one is there, whole: to a file beside it, to the
    /// disk, and then under its name. The old one becomes the backup.
    func write(_ state: MigrationState) throws(StateError) {
        try storage.replace(path, with: state.json, backup: backupPath)
    }
}
