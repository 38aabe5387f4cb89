import EC2Types
import Hashing
import JSON

/// The record is flat in the state file, so that `jq` finds the task and the volume of any phase in the same place.
extension ImportRecord {
    /// Writes the fields of a record into the present object.
    func write(to writer: inout JSONWriter) {
        writer.string("phase", phase.name.rawValue)
        writer.string("task", phase.taskID)
        writer.string("volume", phase.volumeID)
        switch phase {
        case .staging, .requested: break
        case .converting(let conversion), .completed(let conversion, _), .settled(let conversion, _):
            writer.string("expiration", conversion.expiration)
            if let attempt = conversion.attempt { writer.integer("attempt", attempt) }
            writer.string("message", conversion.statusMessage)
        case .failed(_, let message):
            writer.string("message", message)
        case .rejected(let conversion, _, let message):
            writer.string("expiration", conversion.expiration)
            if let attempt = conversion.attempt { writer.integer("attempt", attempt) }
            writer.string("message", message)
        }
        writer.string("fingerprint", fingerprint)
        writer.integer("generation", generation)
        writer.integer("attempts", attempts)
        writer.integer("updated", updated)
        writer.object("import") { subject.write(to: &$0) }
        guard !superseded.isEmpty else { return }
        writer.list("superseded", superseded) { writer, earlier in
            writer.string("fingerprint", earlier.fingerprint)
            writer.integer("generation", earlier.generation)
            writer.string("task", earlier.taskID)
            writer.string("volume", earlier.volumeID)
        }
    }

    /// Reads a record that ``write(to:)`` wrote.
    init(from reader: inout JSONReader) throws(JSONError) {
        var phaseName, task, volume, expiration, message: String?
        var fingerprint: SHA256Digest?
        var attempt, attempts, updated: Int?
        // States of ferry 0.1.0 have no generations.
        var generation = 1
        var subject: VolumeImport?
        var superseded: [SupersededImport] = []
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "phase": phaseName = try reader.string()
            case "task": task = try reader.string()
            case "volume": volume = try reader.string()
            case "expiration": expiration = try reader.string()
            case "message": message = try reader.string()
            case "fingerprint": fingerprint = try reader.digest()
            case "generation": generation = try reader.integer(in: 1...TaskMarker.highestGeneration)
            case "attempt": attempt = try reader.integer(in: 1...TaskMarker.highestAttempt)
            case "attempts": attempts = try reader.integer(in: 0...TaskMarker.highestAttempt)
            case "updated": updated = try reader.integer()
            case "import": subject = try VolumeImport(from: &reader)
            case "superseded":
                try reader.list { (reader) throws(JSONError) in superseded.append(try SupersededImport(from: &reader)) }
            default: try reader.skip()
            }
        }
        self.init(
            subject: try reader.require(subject, "import"),
            generation: generation,
            updated: 0,
            superseded: superseded
        )
        self.fingerprint = try reader.require(fingerprint, "fingerprint")
        self.attempts = try reader.require(attempts, "attempts")
        self.updated = Int64(try reader.require(updated, "updated"))
        let fields = PhaseFields(
            task: task,
            volume: volume,
            expiration: expiration,
            message: message,
            attempt: attempt
        )
        phase = try fields.phase(try reader.require(phaseName, "phase"), &reader)
    }
}

/// The fields of all phases. Each phase requires some of them.
private struct PhaseFields {
    var task, volume, expiration, message: String?
    var attempt: Int?

    func phase(_ name: String, _ reader: inout JSONReader) throws(JSONError) -> ImportPhase {
        guard let name = ImportPhase.Name(rawValue: name) else { throw reader.error("there is no phase “\(name)”") }
        switch name {
        case .staging: return .staging
        case .requested: return .requested
        case .failed: return .failed(taskID: task, message: try reader.require(message, "message"))
        case .converting:
            var conversion = try conversion(&reader)
            conversion.statusMessage = message
            return .converting(conversion)
        case .completed: return .completed(try conversion(&reader), volumeID: try reader.require(volume, "volume"))
        case .settled: return .settled(try conversion(&reader), volumeID: try reader.require(volume, "volume"))
        case .rejected:
            return .rejected(
                try conversion(&reader),
                volumeID: try reader.require(volume, "volume"),
                message: try reader.require(message, "message")
            )
        }
    }

    private func conversion(_ reader: inout JSONReader) throws(JSONError) -> Conversion {
        Conversion(taskID: try reader.require(task, "task"), expiration: expiration, attempt: attempt)
    }
}

extension SupersededImport {
    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var fingerprint: SHA256Digest?
        var generation = 1
        var task, volume: String?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "fingerprint": fingerprint = try reader.digest()
            case "generation": generation = try reader.integer(in: 1...TaskMarker.highestGeneration)
            case "task": task = try reader.string()
            case "volume": volume = try reader.string()
            default: try reader.skip()
            }
        }
        self.init(
            fingerprint: try reader.require(fingerprint, "fingerprint"),
            generation: generation,
            taskID: task,
            volumeID: volume
        )
    }
}
