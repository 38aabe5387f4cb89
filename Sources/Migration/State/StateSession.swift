import DiskImages
import FoundationEssentials
import Glibc

/// The one writer of a state: it holds the lock, keeps the state in memory, and appends every step to the journal.
///
/// Steps that are recorded at the same time share one `fsync` (group commit): while one is under way, others gather, and
/// the next takes all of them. What a step costs does not depend on how many imports there are.
package actor StateSession {
    private let file: StateFile
    private var lock: StateLock?
    private let journal: Int32
    private var pending: [UInt8] = []
    private var waiting: [CheckedContinuation<Void, any Error>] = []
    private var isWriting = false
    private var failure: StateError?

    /// The state with every recorded step.
    package private(set) var state: MigrationState

    /// Takes the lock, reads the state with its journal, and folds the two into a new state file if there was a journal.
    ///
    /// - Parameters:
    ///   - file: The state's files.
    ///   - command: What the holder of the lock is doing, for the message others get.
    /// - Throws: ``StateError``.
    package static func open(_ file: StateFile, command: String) async throws -> StateSession {
        try await BlockingExecutor.shared.run { try StateSession(file, command: command) }
    }

    private init(_ file: StateFile, command: String) throws(StateError) {
        self.file = file
        lock = try StateLock.take(path: file.lockPath, command: command)
        var state: MigrationState
        if let recorded = try file.read() {
            state = recorded
            if try JournalFile.read(path: file.journalPath) != nil {
                state.serial += 1
                try file.write(state)
            }
        } else {
            state = MigrationState(lineage: UUID().uuidString.lowercased())
            try file.write(state)
        }
        let header = JournalFile.Header(lineage: state.lineage, serial: state.serial)
        guard let line = try? JournalFile.line(for: header) else {
            throw .system(path: file.journalPath, operation: "encode the header", reason: "it is not text")
        }
        // The new journal replaces the old one whole: there is never one without a header.
        let next = file.journalPath + ".next"
        try FileBytes.write(line, path: next)
        try FileBytes.rename(next, to: file.journalPath)
        try FileBytes.synchroniseFolder(of: file.journalPath)
        journal = Glibc.open(file.journalPath, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard journal >= 0 else {
            throw .system(path: file.journalPath, operation: "open", reason: FileBytes.reason())
        }
        self.state = state
    }

    deinit {
        Glibc.close(journal)
    }

    /// Takes a step into the state and returns when the disk has it.
    ///
    /// - Throws: ``StateError`` if it cannot be written, after which nothing more can be recorded;
    ///   ``StateTransitionError`` if it does not follow from the record.
    package func record(_ step: StateEvent.Step, of address: ImportAddress) async throws {
        if let failure { throw StateError.unusable(path: file.journalPath, reason: "\(failure)") }
        let event = StateEvent(time: Int64(Date.now.timeIntervalSince1970), address: address, step: step)
        let line = try JournalFile.line(for: event)
        try state.apply(event)
        pending += line
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(continuation)
            if !isWriting {
                isWriting = true
                // Owned by the waiters: each of them awaits the write through its continuation.
                Task { await self.writePending() }
            }
        }
    }

    /// Folds the journal into a new state file and gives the lock back. Nothing can be recorded afterwards.
    package func close() async throws {
        defer { lock = nil }
        if let failure { throw failure }
        state.serial += 1
        let (file, state) = (file, state)
        try await BlockingExecutor.shared.run { () throws(StateError) in
            try file.write(state)
            guard unlink(file.journalPath) == 0 else {
                throw .system(path: file.journalPath, operation: "remove", reason: FileBytes.reason())
            }
            try FileBytes.synchroniseFolder(of: file.journalPath)
        }
        failure = .unusable(path: file.journalPath, reason: "the state is closed")
    }

    private func writePending() async {
        while !pending.isEmpty {
            let (bytes, waiters) = (pending, waiting)
            pending = []
            waiting = []
            let (journal, path) = (journal, file.journalPath)
            do throws(StateError) {
                try await BlockingExecutor.shared.run { () throws(StateError) in
                    try FileBytes.append(bytes, to: journal, path: path)
                    guard fdatasync(journal) == 0 else {
                        throw .system(path: path, operation: "write", reason: FileBytes.reason())
                    }
                }
                for waiter in waiters { waiter.resume() }
            } catch {
                failure = error
                for waiter in waiters + waiting { waiter.resume(throwing: error) }
                pending = []
                waiting = []
            }
        }
        isWriting = false
    }
}
