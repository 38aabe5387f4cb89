import Hashing

/// What ferry has done: the imports by address, with the lineage and serial that tell one state from another.
package struct MigrationState: Hashable, Sendable {
    /// The version of the state file's form that this ferry reads and writes.
    package static let version = 1

    /// Names this line of states: chosen once, when the first state is made (a UUID).
    package var lineage: String
    /// Counts the states of a lineage: one more with every file written.
    package var serial: Int
    /// The records by address.
    package private(set) var imports: [ImportAddress: ImportRecord]

    /// Makes a state of given records.
    package init(lineage: String, serial: Int = 0, imports: [ImportAddress: ImportRecord] = [:]) {
        self.lineage = lineage
        self.serial = serial
        self.imports = imports
    }

    /// Takes a step into the state.
    ///
    /// - Throws: ``StateTransitionError`` if the step does not follow from the record: a journal that belongs to another
    ///   state, or a defect in ferry. The state is then unchanged.
    package mutating func apply(_ event: StateEvent) throws(StateTransitionError) {
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

    /// The record that follows from `record` by a step; `nil` once it is forgotten. Total over every phase and step.
    static func record(
        after event: StateEvent,
        from record: ImportRecord?
    ) throws(StateTransitionError) -> ImportRecord? {
        let illegal = StateTransitionError(event: event, phase: record?.phase.name)
        switch event.step {
        case .began(let subject):
            return beginning(subject, after: record, at: event.time)
        case .adopted(let subject, let attempt, let taskID, let expiration):
            switch record?.phase {
            case nil, .staging, .failed, .requested: break
            case .converting, .completed, .settled:
                // Of another content it takes the record's place: the state is an old copy, and the task came after it.
                guard record?.fingerprint != subject.fingerprint else { throw illegal }
            }
            var adopted = beginning(subject, after: record, at: event.time)
            adopted.superseded.removeAll { $0.taskID == taskID }
            adopted.attempts = max(adopted.attempts, attempt)
            adopted.phase = .converting(Conversion(taskID: taskID, expiration: expiration, attempt: attempt))
            return adopted
        case .forgotten:
            return nil
        case .ended(let taskID, let volumeID):
            let place = record?.superseded.firstIndex { $0.taskID == taskID && $0.mayBeConverting }
            guard var next = record, let place else { throw illegal }
            next.updated = event.time
            // Of one that made no volume there is nothing to keep or to name.
            if volumeID == nil { next.superseded.remove(at: place) } else { next.superseded[place].volumeID = volumeID }
            return next
        case .requested, .abandoned, .submitted, .completed, .failed, .settled:
            guard var next = record else { throw illegal }
            next.updated = event.time
            switch (event.step, next.phase) {
            case (.requested(let attempt), .staging) where attempt > next.attempts:
                next.attempts = attempt
                next.phase = .requested
            case (.abandoned(let attempt, _), .requested) where attempt == next.attempts:
                next.phase = .staging
            case (.submitted(let attempt, let taskID, let expiration), .requested) where attempt == next.attempts:
                next.phase = .converting(Conversion(taskID: taskID, expiration: expiration, attempt: attempt))
            case (.completed(let taskID, let volumeID), .converting(let conversion)) where taskID == conversion.taskID:
                next.phase = .completed(conversion, volumeID: volumeID)
            case (.failed(nil, let message), .staging), (.failed(nil, let message), .requested):
                next.phase = .failed(taskID: nil, message: message)
            case (.failed(let taskID, let message), .converting(let conversion)) where taskID == conversion.taskID:
                next.phase = .failed(taskID: taskID, message: message)
            case (.settled, .completed(let conversion, let volumeID)):
                next.phase = .settled(conversion, volumeID: volumeID)
            default:
                throw illegal
            }
            return next
        }
    }

    /// A record that starts anew and still names what it takes the place of.
    private static func beginning(
        _ subject: VolumeImport,
        after record: ImportRecord?,
        at time: Int64
    ) -> ImportRecord {
        guard let record else { return ImportRecord(subject: subject, updated: time) }
        var superseded = record.superseded
        switch record.phase {
        case .staging, .requested, .failed: break
        case .converting, .completed, .settled:
            superseded.append(
                SupersededImport(
                    fingerprint: record.fingerprint,
                    taskID: record.phase.taskID,
                    volumeID: record.phase.volumeID
                )
            )
        }
        return ImportRecord(subject: subject, attempts: record.attempts, updated: time, superseded: superseded)
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
        return "\(event.address): a journal record says “\(event.step)”, but the import \(found)"
    }
}
