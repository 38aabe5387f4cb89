package import EC2Types
package import Hashing

/// What ferry has done for one address.
package struct ImportRecord: Hashable, Sendable {
    // Each step of an import copies its record, and what is imported stays: a record is small without it.
    private let shared: Shared<VolumeImport>
    /// SHA-256 over everything that makes the volume what it is; kept beside the subject so that a later version of
    /// ferry that computes fingerprints otherwise still knows what this one did.
    package var fingerprint: SHA256Digest
    /// The generation of the volume: `--replace` and `--recreate-missing` raise it. At least 1.
    package var generation: Int
    /// The highest attempt at this address that is recorded, over all fingerprints.
    package var attempts: Int
    /// How far the present attempt has come.
    package var phase: ImportPhase
    /// When the record last changed, in seconds since 1970.
    package var updated: Int64
    /// Volumes and tasks of earlier fingerprints or lost volumes, oldest first: ferry keeps and names them.
    package var superseded: [SupersededImport]

    /// Starts the record of an import whose staging begins.
    package init(
        subject: VolumeImport,
        generation: Int = 1,
        attempts: Int = 0,
        updated: Int64,
        superseded: [SupersededImport] = []
    ) {
        self.init(subject, fingerprint: subject.fingerprint, generation, attempts, updated, superseded)
    }

    /// The record with another subject of the same fingerprint.
    package func with(subject: VolumeImport) -> ImportRecord {
        var other = ImportRecord(subject, fingerprint: fingerprint, generation, attempts, updated, superseded)
        other.phase = phase
        return other
    }

    private init(
        _ subject: VolumeImport,
        fingerprint: SHA256Digest,
        _ generation: Int,
        _ attempts: Int,
        _ updated: Int64,
        _ superseded: [SupersededImport]
    ) {
        shared = Shared(subject)
        self.fingerprint = fingerprint
        self.generation = generation
        self.attempts = attempts
        phase = .staging
        self.updated = updated
        self.superseded = superseded
    }

    /// What was imported.
    package var subject: VolumeImport { shared.value }

    /// The marker of the task of the present phase; before there is one, that of the last attempt.
    package var marker: TaskMarker { marker(ofAttempt: phase.conversion?.attempt ?? attempts) }

    /// The marker of an attempt.
    package func marker(ofAttempt attempt: Int) -> TaskMarker {
        TaskMarker(address: subject.address, fingerprint: fingerprint, generation: generation, attempt: attempt)
    }

    /// Whether ``marker`` is certainly that of the task of the present phase, or of the call that may have made one.
    package var isMarkerKnown: Bool {
        switch phase {
        case .requested: true
        case .converting(let conversion), .completed(let conversion, _), .settled(let conversion, _),
            .rejected(let conversion, _, _):
            conversion.attempt != nil
        case .staging, .failed: false
        }
    }

    /// Whether a task of it may be under way in EC2, also of what was superseded.
    package var mayBeConverting: Bool {
        switch phase {
        case .requested, .converting: true
        case .staging, .completed, .settled, .failed, .rejected: superseded.contains(where: \.mayBeConverting)
        }
    }

    /// Whether something of it may be under way in EC2 or lie in the staging, also of what was superseded.
    package var hasLeftovers: Bool {
        phase.name != .settled && phase.name != .rejected || superseded.contains(where: \.mayBeConverting)
    }
}

/// An earlier volume or task of an address that another import took the place of.
package struct SupersededImport: Hashable, Sendable {
    /// The fingerprint it had.
    package var fingerprint: SHA256Digest
    /// The generation it had.
    package var generation: Int
    /// Its conversion task.
    package var taskID: String?
    /// Its volume.
    package var volumeID: String?

    /// Whether its task may still be under way: nobody has followed it to its end.
    package var mayBeConverting: Bool { taskID != nil && volumeID == nil }

    /// Remembers what was superseded.
    package init(fingerprint: SHA256Digest, generation: Int = 1, taskID: String?, volumeID: String?) {
        self.fingerprint = fingerprint
        self.generation = generation
        self.taskID = taskID
        self.volumeID = volumeID
    }
}
