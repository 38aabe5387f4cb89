import Migration

/// Why a state cannot be read or written.
package enum StateError: Error, Hashable, Sendable {
    /// The file is there and holds nothing: a write that was cut off, never “nothing exists yet”.
    case empty(path: String)
    /// The file is gone, and what was written beside it is still there.
    case missing(path: String, remains: String)
    /// The file cannot be understood.
    case damaged(path: String, offset: Int?, reason: String)
    /// The file is JSON of another program: a key that every state has is missing.
    case foreign(path: String, missingKey: String)
    /// A later ferry wrote it.
    case newerVersion(path: String, version: Int)
    /// The journal belongs to another state.
    case foreignJournal(path: String, reason: String)
    /// Another ferry holds the state.
    case locked(path: String, owner: String)
    /// Another ferry has taken over the lock of this one, which was silent for long.
    case lost(path: String, owner: String)
    /// A system call failed.
    case system(path: String, operation: String, reason: String)
    /// An earlier write to the journal failed, so nothing more may be recorded.
    case unusable(path: String, reason: String)
}

extension StateError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty(let path):
            return """
                \(path): the state file is empty, so a write to it was cut off. Restore \(path).backup, make the \
                state anew by ferry state rebuild --force, or move the file away if nothing was ever imported
                """
        case .missing(let path, let remains):
            return """
                \(path): the state file is gone, but \(remains) is there. Put the state file back (a copy of your own, or \
                \(path).backup), make it anew by ferry state rebuild --force, or move \(remains) away too if nothing that was imported matters
                """
        case .damaged(let path, let offset, let reason):
            let place = offset.map { " at byte \($0)" } ?? ""
            return """
                \(path): damaged\(place): \(reason). The file is kept as it is; restore \(path).backup or a copy of your own, or \
                make the state anew by ferry state rebuild --force
                """
        case .foreign(let path, let key):
            return """
                \(path): not a ferry state: it has no "\(key)". The file is kept as it is; check the path of the state \
                (--state)
                """
        case .newerVersion(let path, let version):
            return """
                \(path): written in version \(version) of the state's form by a later ferry; this one reads version \
                \(MigrationState.version). Use the later ferry
                """
        case .foreignJournal(let path, let reason):
            return """
                \(path): the journal does not belong to the state beside it: \(reason). Put back the state file it was \
                written with, or move the journal away if its steps do not matter
                """
        case .locked(let path, let owner):
            return "\(path): in use by \(owner). Wait for it to end; a lock left by a crash is released by the system"
        case .lost(let path, let owner):
            return """
                \(path): taken over by \(owner), because this ferry was stopped, or cut off from the file, for minutes. Nothing \
                more is recorded here; run it again when the other has ended: what was begun is found by its marker
                """
        case .system(let path, let operation, let reason):
            return "\(path): cannot \(operation): \(reason)"
        case .unusable(let path, let reason):
            return "\(path): nothing more can be recorded, because an earlier write failed: \(reason)"
        }
    }
}
