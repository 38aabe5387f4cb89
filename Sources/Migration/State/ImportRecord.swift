package import EC2Types
package import Hashing

/// What ferry has done for one address.
package struct ImportRecord: Hashable, Sendable {
    // Each step of an import copies its record, and what is imported stays: a record is small without it.
    private let shared: Shared<VolumeImport>
    /// SHA-256 over everything that makes the volume what it is; kept beside the subject so that a later version of
    /// ferry that computes fingerprints otherwise still knows what this one did.
    package var fingerprint: SHA256Digest
    /// The number of ImportVolume calls intended so far, over all fingerprints of the address.
    package var attempts: Int
    /// How far the present attempt has come.
    package var phase: ImportPhase
    /// When the record last changed, in seconds since 1970.
    package var updated: Int64
    /// Volumes and tasks of earlier fingerprints or lost volumes, oldest first: ferry keeps and names them.
    package var superseded: [SupersededImport]

    /// Starts the record of an import whose staging begins.
    package init(subject: VolumeImport, attempts: Int = 0, updated: Int64, superseded: [SupersededImport] = []) {
        shared = Shared(subject)
        fingerprint = subject.fingerprint
        self.attempts = attempts
        phase = .staging
        self.updated = updated
        self.superseded = superseded
    }

    /// What was imported.
    package var subject: VolumeImport { shared.value }

    /// The marker of the task of the present phase; before there is one, that of the last attempt.
    package var marker: TaskMarker {
        TaskMarker(
            address: subject.address,
            fingerprint: fingerprint,
            attempt: phase.conversion?.attempt ?? attempts
        )
    }

    /// Whether ``marker`` is certainly that of the task of the present phase, or of the call that may have made one.
    package var isMarkerKnown: Bool {
        switch phase {
        case .requested: true
        case .converting(let conversion), .completed(let conversion, _), .settled(let conversion, _):
            conversion.attempt != nil
        case .staging, .failed: false
        }
    }

    /// Whether a task of it may be under way in EC2, also of what was superseded.
    package var mayBeConverting: Bool {
        switch phase {
        case .requested, .converting: true
        case .staging, .completed, .settled, .failed: superseded.contains(where: \.mayBeConverting)
        }
    }

    /// Whether something of it may be under way in EC2 or lie in the staging, also of what was superseded.
    package var hasLeftovers: Bool {
        phase.name != .settled || superseded.contains(where: \.mayBeConverting)
    }
}

/// An earlier volume or task of an address that another import took the place of.
package struct SupersededImport: Hashable, Sendable {
    /// The fingerprint it had.
    package var fingerprint: SHA256Digest
    /// Its conversion task.
    package var taskID: String?
    /// Its volume.
    package var volumeID: String?

    /// Whether its task may still be under way: nobody has followed it to its end.
    package var mayBeConverting: Bool { taskID != nil && volumeID == nil }

    /// Remembers what was superseded.
    package init(fingerprint: SHA256Digest, taskID: String?, volumeID: String?) {
        self.fingerprint = fingerprint
        self.taskID = taskID
        self.volumeID = volumeID
    }
}
