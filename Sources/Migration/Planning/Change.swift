package import Hashing

/// What the plan says of one address.
package struct Change: Hashable, Sendable {
    /// The import's name.
    package var address: ImportAddress
    /// What will be done.
    package var action: Action
    /// Why, in the order of weight; never empty.
    package var reasons: [Reason]
    /// What is wanted; `nil` for an address that is in no migration manifest any more.
    package var desired: VolumeImport?
    /// What the state says of the address.
    package var recorded: Recorded?
    /// The generation of the volume that the change makes or adopts.
    package var generation: Int
    /// The task to adopt.
    package var task: String?
    /// The volume to adopt, found by its tags.
    package var volume: String?
    /// The address under which the import is recorded; `nil` if it was not renamed.
    package var movedFrom: ImportAddress?
    /// The addresses that the import had before it was renamed. Other runs may still call it under these.
    package var earlierAddresses: [ImportAddress] = []
    /// The active task that is cancelled first.
    package var cancels: String?
    /// The bytes that must be uploaded for it: without the parts that are staged already, and without those that an earlier
    /// change of the plan uploads. `nil` where that was not found out, or nothing is uploaded for it.
    package var upload: Int64?

    /// The part of a record that a reviewer wants to see.
    package struct Recorded: Hashable, Sendable {
        package var fingerprint: SHA256Digest
        package var generation: Int
        package var phase: ImportPhase.Name
        package var attempts: Int
        package var task: String?
        package var volume: String?

        init(
            fingerprint: SHA256Digest,
            generation: Int,
            phase: ImportPhase.Name,
            attempts: Int,
            task: String?,
            volume: String?
        ) {
            self.fingerprint = fingerprint
            self.generation = generation
            self.phase = phase
            self.attempts = attempts
            self.task = task
            self.volume = volume
        }

        init(_ record: ImportRecord) {
            self.init(
                fingerprint: record.fingerprint,
                generation: record.generation,
                phase: record.phase.name,
                attempts: record.attempts,
                task: record.phase.taskID,
                volume: record.phase.volumeID
            )
        }
    }

    /// Describes a change.
    package init(
        address: ImportAddress,
        action: Action,
        reasons: [Reason],
        desired: VolumeImport? = nil,
        recorded: Recorded? = nil,
        generation: Int = 1,
        task: String? = nil,
        volume: String? = nil,
        movedFrom: ImportAddress? = nil,
        cancels: String? = nil
    ) {
        self.address = address
        self.action = action
        self.reasons = reasons
        self.desired = desired
        self.recorded = recorded
        self.generation = generation
        self.task = task
        self.volume = volume
        self.movedFrom = movedFrom
        self.cancels = cancels
    }

    /// Whether the world differs from what ferry left, whatever is done about it.
    package var isDrift: Bool { reasons.contains(where: \.kind.isDrift) }

    /// Whether a reviewer should read this row before others.
    package var isDangerous: Bool {
        switch action {
        case .replace, .retry, .forget: true
        case .create, .resume, .wait, .adopt, .update, .none: cancels != nil || isDrift
        }
    }

    /// Whether a reviewer has anything to read about it: it does something, differs from what ferry left, or is put off.
    package var isVisible: Bool { action != .none || isDrift || reasons.contains { $0.kind == .deferred } }
}
