import Hashing
import WireEncoding

/// What ferry has done: the imports by address, with the lineage and serial that tell one state from another.
package struct MigrationState: Hashable, Sendable {
    /// The version of the state file's form that this ferry reads and writes.
    package static let version = 2
    /// The task of a volume that was adopted by its tags and whose tags name none.
    package static let unknownTask = "unknown"

    /// Names this line of states: chosen once, when the first state is made (a UUID).
    package var lineage: String
    /// Counts the states of a lineage: one more with every file written.
    package var serial: Int
    /// The records by address.
    package private(set) var imports: [ImportAddress: ImportRecord]
    /// The accounts that the imports of each target go to.
    package var targets: TargetBindings

    /// Creates a state of given records.
    package init(
        lineage: String,
        serial: Int = 0,
        imports: [ImportAddress: ImportRecord] = [:],
        targets: TargetBindings = TargetBindings()
    ) {
        self.lineage = lineage
        self.serial = serial
        self.imports = imports
        self.targets = targets
    }

    /// Takes a step into the state.
    ///
    /// - Throws: ``StateTransitionError`` if the step does not follow from the record: a journal that belongs to another
    ///   state, or a defect in ferry. The state is then unchanged.
    package mutating func apply(_ event: StateEvent) throws(StateTransitionError) {
        switch event.step {
        case .moved(let old, let subject): return try move(old, to: subject, event)
        case .addressed(let addressing): return try set(addressing, event)
        default: break
        }
        guard let place = imports.index(forKey: event.address) else {
            imports[event.address] = try Self.record(after: event, from: nil)
            return
        }
        // The address is looked up once: of a hundred thousand it is in nobody's cache.
        if let record = try Self.record(after: event, from: imports.values[place]) {
            imports.values[place] = record
        } else {
            imports.remove(at: place)
        }
    }

    private mutating func set(_ addressing: S3Addressing, _ event: StateEvent) throws(StateTransitionError) {
        guard let record = imports[event.address] else { throw StateTransitionError(event: event, phase: nil) }
        targets.setAddressing(addressing, of: record.subject.target)
    }

    private mutating func move(
        _ old: ImportAddress,
        to subject: VolumeImport,
        _ event: StateEvent
    ) throws(StateTransitionError) {
        guard let record = imports[old], imports[event.address] == nil, subject.address == event.address else {
            throw StateTransitionError(event: event, phase: imports[old]?.phase.name)
        }
        imports[old] = nil
        var moved = record.with(subject: subject)
        moved.updated = event.time
        // The tags of the volume have the old address: a state that is lost would not find it by the new one.
        if case .settled(let conversion, let volumeID) = record.phase {
            moved.phase = .completed(conversion, volumeID: volumeID)
        }
        imports[event.address] = moved
    }

    /// The record that follows from `record` by a step; `nil` once it is forgotten. Total over every phase and step.
    static func record(
        after event: StateEvent,
        from record: ImportRecord?
    ) throws(StateTransitionError) -> ImportRecord? {
        let illegal = StateTransitionError(event: event, phase: record?.phase.name)
        switch event.step {
        case .began(let subject, let generation):
            return beginning(subject, generation, after: record, at: event.time)
        case .adopted, .adoptedVolume:
            guard let adopted = adopting(event, after: record) else { throw illegal }
            return adopted
        case .updated(let subject):
            guard let updated = updating(record, to: subject, at: event.time) else { throw illegal }
            return updated
        case .moved, .addressed:
            throw illegal
        case .forgotten:
            return nil
        case .ended(let taskID, let volumeID):
            let place = record?.superseded.firstIndex { $0.taskID == taskID && $0.mayBeConverting }
            guard var next = record, let place else { throw illegal }
            next.updated = event.time
            // Of one that made no volume there is nothing to keep or to name.
            if volumeID == nil { next.superseded.remove(at: place) } else { next.superseded[place].volumeID = volumeID }
            return next
        case .requested, .abandoned, .submitted, .reported, .completed, .failed, .rejected, .settled:
            guard let record, let next = advancing(record, by: event.step, at: event.time) else { throw illegal }
            return next
        }
    }

    /// The record after a task or a volume was adopted; `nil` if that may not take the place of what is recorded.
    private static func adopting(_ event: StateEvent, after record: ImportRecord?) -> ImportRecord? {
        switch event.step {
        case .adopted(let subject, let generation, let attempt, let taskID, let expiration):
            guard mayAdopt(subject, generation, after: record) else { return nil }
            var adopted = beginning(subject, generation, after: record, at: event.time)
            adopted.superseded.removeAll { $0.taskID == taskID }
            adopted.attempts = max(adopted.attempts, attempt)
            adopted.phase = .converting(Conversion(taskID: taskID, expiration: expiration, attempt: attempt))
            return adopted
        case .adoptedVolume(let subject, let generation, let taskID, let volumeID):
            guard mayAdopt(subject, generation, after: record) else { return nil }
            var adopted = beginning(subject, generation, after: record, at: event.time)
            adopted.superseded.removeAll { $0.volumeID == volumeID || $0.taskID != nil && $0.taskID == taskID }
            adopted.phase = .completed(Conversion(taskID: taskID ?? Self.unknownTask), volumeID: volumeID)
            return adopted
        default: return nil
        }
    }

    /// The record after its volume's tags were changed; `nil` if it is not settled, or is for another import.
    private static func updating(_ record: ImportRecord?, to subject: VolumeImport, at time: Int64) -> ImportRecord? {
        guard let record, record.fingerprint == subject.fingerprint, record.subject.address == subject.address,
            case .settled = record.phase
        else { return nil }
        var updated = record.with(subject: subject)
        updated.updated = time
        return updated
    }

    /// The record after the next step of its attempt; `nil` if the step does not follow from its phase.
    private static func advancing(_ record: ImportRecord, by step: StateEvent.Step, at time: Int64) -> ImportRecord? {
        var next = record
        next.updated = time
        switch (step, next.phase) {
        case (.requested(let attempt), .staging) where attempt > next.attempts:
            next.attempts = attempt
            next.phase = .requested
        case (.abandoned(let attempt, _), .requested) where attempt == next.attempts:
            next.phase = .staging
        case (.submitted(let attempt, let taskID, let expiration), .requested) where attempt == next.attempts:
            next.phase = .converting(Conversion(taskID: taskID, expiration: expiration, attempt: attempt))
        case (.reported(let taskID, let message), .converting(var conversion)) where taskID == conversion.taskID:
            conversion.statusMessage = message
            next.phase = .converting(conversion)
        case (.completed(let taskID, let volumeID), .converting(var conversion)) where taskID == conversion.taskID:
            conversion.statusMessage = nil
            next.phase = .completed(conversion, volumeID: volumeID)
        case (.failed(nil, let message), .staging), (.failed(nil, let message), .requested):
            next.phase = .failed(taskID: nil, message: message)
        case (.failed(let taskID, let message), .converting(let conversion)) where taskID == conversion.taskID:
            next.phase = .failed(taskID: taskID, message: message)
        case (.rejected(let taskID, let volumeID, let message), .converting(var conversion))
        where taskID == conversion.taskID:
            conversion.statusMessage = nil
            next.phase = .rejected(conversion, volumeID: volumeID, message: message)
        case (.settled, .completed(let conversion, let volumeID)):
            next.phase = .settled(conversion, volumeID: volumeID)
        default:
            return nil
        }
        return next
    }

    /// Whether a task or a volume may take the place of what is recorded: EC2 no longer lists what the record has, or the
    /// state is an old copy.
    private static func mayAdopt(_ subject: VolumeImport, _ generation: Int, after record: ImportRecord?) -> Bool {
        switch record?.phase {
        case nil, .staging, .failed, .requested: true
        case .converting, .completed, .settled:
            record?.fingerprint != subject.fingerprint || record?.generation ?? 0 <= generation
        case .rejected:
            record?.fingerprint != subject.fingerprint || record?.generation ?? 0 < generation
        }
    }

    /// A new record that names what it supersedes.
    private static func beginning(
        _ subject: VolumeImport,
        _ generation: Int,
        after record: ImportRecord?,
        at time: Int64
    ) -> ImportRecord {
        guard let record else { return ImportRecord(subject: subject, generation: generation, updated: time) }
        var superseded = record.superseded
        switch record.phase {
        case .staging, .requested, .failed: break
        // Its volume was found by its tags, or another task of the same volume.
        case .converting where record.fingerprint == subject.fingerprint && record.generation == generation: break
        case .converting, .completed, .settled, .rejected:
            superseded.append(
                SupersededImport(
                    fingerprint: record.fingerprint,
                    generation: record.generation,
                    taskID: record.phase.taskID,
                    volumeID: record.phase.volumeID
                )
            )
        }
        return ImportRecord(
            subject: subject,
            generation: generation,
            attempts: record.attempts,
            updated: time,
            superseded: superseded
        )
    }
}

/// A step that does not follow from what the state says of its address.
package struct StateTransitionError: Error, Hashable, CustomStringConvertible {
    /// The step.
    package var event: StateEvent
    /// The phase the address was in; `nil` if nothing was recorded of it.
    package var phase: ImportPhase.Name?

    package var description: String {
        let found = phase.map { "is \($0.rawValue)" } ?? "is not recorded"
        let step = Mirror(reflecting: event.step).children.first?.label ?? "\(event.step)"
        return "\(event.address): a journal record says \"\(step)\", but the import \(found)"
    }
}
