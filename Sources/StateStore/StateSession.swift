import FileSystem
import FoundationEssentials
package import Migration
package import WireEncoding

/// The one writer of a state: it holds the lock, keeps the state in memory, and appends every step to the journal.
///
/// Steps that are recorded at the same time share one `fdatasync` (group commit): while one is under way, others gather,
/// and the next takes all of them. What a step costs does not depend on how many imports there are.
package actor StateSession {
    /// What a recorder that has waited is told.
    private enum Turn {
        /// Its step is durable.
        case recorded
        /// It is the first of those that wait: it writes for all of them.
        case write
    }

    private let file: StateFile
    private let lock: any StateLock
    private var journal: any StateAppender
    private let now: @Sendable () -> Int64
    private var pending: [UInt8] = []
    private var waiting: [CheckedContinuation<Turn, any Error>] = []
    private var isWriting = false
    private var failure: StateError?
    /// Whether the state differs from the state file.
    private var hasChanged = false

    /// The state with every recorded step.
    ///
    /// Whoever keeps it while steps are recorded makes the next step copy every record: ask for one record alone by its
    /// address.
    package private(set) var state: MigrationState

    /// Takes the lock, reads the state with its journal, and folds the two into a new state file if there was a journal.
    ///
    /// - Parameters:
    ///   - file: The state's files.
    ///   - command: What the holder of the lock is doing, for the message others get.
    ///   - lineage: The lineage of a new state.
    ///   - now: The time in seconds since 1970. Steps are stamped with it, and nothing else depends on it.
    /// - Throws: ``StateError``.
    package static func open(
        _ file: StateFile,
        command: String,
        lineage: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() },
        now: @escaping @Sendable () -> Int64 = { Int64(Date.now.timeIntervalSince1970) }
    ) async throws(StateError) -> StateSession {
        try await file.storage.perform { () throws(StateError) in
            try StateSession(file, command: command, lineage: lineage, now: now)
        }
    }

    private init(
        _ file: StateFile,
        command: String,
        lineage: () -> String,
        now: @escaping @Sendable () -> Int64
    ) throws(StateError) {
        let storage = file.storage
        let lock = try storage.lock(file.lockPath, command: command)
        do throws(StateError) {
            var state: MigrationState
            if let found = try file.readWithJournal() {
                state = found.state
                if found.hasJournal {
                    state.serial += 1
                    try file.write(state)
                }
            } else {
                state = MigrationState(lineage: lineage())
                try file.write(state)
            }
            let header = JournalFile.Header(lineage: state.lineage, serial: state.serial)
            // The new journal replaces the old one whole: there is never one without a header.
            try storage.replace(file.journalPath, with: JournalFile.line(for: header))
            journal = try storage.appender(to: file.journalPath)
            self.state = state
        } catch {
            lock.release()
            throw error
        }
        self.file = file
        self.lock = lock
        self.now = now
    }

    /// The record of an address; `nil` if there is none.
    package subscript(address: ImportAddress) -> ImportRecord? { state.imports[address] }

    /// Takes a step into the state and returns when the disk has it.
    ///
    /// - Throws: ``StateError`` if it cannot be written or the lock is lost, after which nothing more can be recorded;
    ///   ``StateTransitionError`` if it does not follow from the record.
    package func record(_ step: StateEvent.Step, of address: ImportAddress) async throws {
        if let failure { throw StateError.unusable(path: file.journalPath, reason: "\(failure)") }
        let event = StateEvent(time: now(), address: address, step: step)
        try state.apply(event)
        hasChanged = true
        pending += JournalFile.line(for: event)
        if isWriting {
            let turn = try await withCheckedThrowingContinuation { waiting.append($0) }
            guard turn == .write else { return }
        }
        isWriting = true
        try await writePending()
    }

    /// The form of an import manifest's URL that EC2 is known to take for an import.
    package func addressing(of subject: VolumeImport) -> S3Addressing? {
        state.targets.addressing(of: subject.target)
    }

    /// Records how the task of an import ended that another took the place of, if the record still has it for one that may be
    /// under way: several may see the same end.
    ///
    /// - Throws: As ``record(_:of:)`` does.
    package func recordEnd(of taskID: String, volumeID: String?, of address: ImportAddress) async throws {
        let superseded = state.imports[address]?.superseded ?? []
        guard superseded.contains(where: { $0.taskID == taskID && $0.mayBeConverting }) else { return }
        try await record(.ended(taskID: taskID, volumeID: volumeID), of: address)
    }

    /// Takes another state in place of the present one; closing the session makes it durable. Until then a crash leaves the
    /// present one.
    ///
    /// The serial goes on from the higher of the two, so that plans made from either are stale.
    package func replace(with other: MigrationState) throws(StateError) {
        if let failure { throw failure }
        let serial = max(state.serial, other.serial)
        state = other
        state.serial = serial
        hasChanged = true
    }

    /// Binds targets to accounts. The state file is written when this returns, if a binding is new.
    ///
    /// - Throws: ``StateError``.
    package func bind(_ accounts: TargetBindings) async throws(StateError) {
        if let failure { throw failure }
        var next = state
        for (target, account) in accounts.accounts { next.targets.bind(target, to: account) }
        guard next.targets != state.targets else { return }
        next.serial += 1
        let (file, bound, lock) = (file, next, lock)
        // The new journal follows the new state: a crash between the two leaves an old journal, which is folded in already.
        journal = try await file.storage.perform { () throws(StateError) in
            try lock.check()
            try file.write(bound)
            let header = JournalFile.Header(lineage: bound.lineage, serial: bound.serial)
            try file.storage.replace(file.journalPath, with: JournalFile.line(for: header))
            return try file.storage.appender(to: file.journalPath)
        }
        state = bound
    }

    /// Folds the journal into a new state file and gives the lock back. Nothing can be recorded afterwards.
    ///
    /// - Throws: ``StateError``; the journal is then still there, and the next session folds it.
    package func close() async throws(StateError) {
        defer { lock.release() }
        if let failure { throw failure }
        if hasChanged { state.serial += 1 }
        let isWritten = hasChanged
        failure = .unusable(path: file.journalPath, reason: "the state is closed")
        let (file, state, lock) = (file, state, lock)
        try await file.storage.perform { () throws(StateError) in
            try lock.check()
            if isWritten { try file.write(state) }
            try file.storage.remove(file.journalPath)
            try file.storage.synchronizeFolder(of: file.journalPath)
        }
    }

    /// Writes what is pending, and leaves what has gathered meanwhile to the first who waits with it.
    private func writePending() async throws(StateError) {
        let (bytes, others, journal, lock) = (pending, waiting, journal, lock)
        pending = []
        waiting = []
        do {
            try await file.storage.perform { () throws(StateError) in
                try journal.append(bytes)
                // Afterwards: who takes the lock over names himself before he reads the journal.
                try lock.check()
            }
            for other in others { other.resume(returning: .recorded) }
            if waiting.isEmpty {
                isWriting = false
            } else {
                waiting.removeFirst().resume(returning: .write)
            }
        } catch {
            failure = error
            for other in others + waiting { other.resume(throwing: error) }
            pending = []
            waiting = []
            throw error
        }
    }
}
