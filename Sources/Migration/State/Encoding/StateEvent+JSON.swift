import EC2Types
package import JSON
import WireEncoding

/// An event is a flat object: `time`, `address`, the name of the `step`, and what belongs to that step under the names that
/// the state file has for it.
extension StateEvent {
    /// Writes the event as an object.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.integer("time", time)
            writer.string("address", address)
            writer.string("step", stepName)
            writeFields(to: &writer)
        }
    }

    /// The name of the step.
    private var stepName: String {
        switch step {
        case .began: "began"
        case .requested: "requested"
        case .addressed: "addressed"
        case .abandoned: "abandoned"
        case .submitted: "submitted"
        case .adopted: "adopted"
        case .adoptedVolume: "adopted-volume"
        case .reported: "reported"
        case .completed: "completed"
        case .failed: "failed"
        case .rejected: "rejected"
        case .ended: "ended"
        case .settled: "settled"
        case .updated: "updated"
        case .moved: "moved"
        case .forgotten: "forgotten"
        }
    }

    /// Writes what belongs to the step.
    private func writeFields(to writer: inout JSONWriter) {
        switch step {
        case .began(let subject, let generation):
            writer.object("import") { subject.write(to: &$0) }
            writer.integer("generation", generation)
        case .requested(let attempt):
            writer.integer("attempt", attempt)
        case .addressed(let addressing):
            writer.string("addressing", addressing.rawValue)
        case .abandoned(let attempt, let reason):
            writer.integer("attempt", attempt)
            writer.string("reason", reason)
        case .submitted(let attempt, let taskID, let expiration):
            writer.integer("attempt", attempt)
            writer.string("task", taskID)
            writer.string("expiration", expiration)
        case .adopted(let subject, let generation, let attempt, let taskID, let expiration):
            writer.object("import") { subject.write(to: &$0) }
            writer.integer("generation", generation)
            writer.integer("attempt", attempt)
            writer.string("task", taskID)
            writer.string("expiration", expiration)
        case .adoptedVolume(let subject, let generation, let taskID, let volumeID):
            writer.object("import") { subject.write(to: &$0) }
            writer.integer("generation", generation)
            writer.string("task", taskID)
            writer.string("volume", volumeID)
        case .reported(let taskID, let message):
            writer.string("task", taskID)
            writer.string("message", message)
        case .completed(let taskID, let volumeID):
            writer.string("task", taskID)
            writer.string("volume", volumeID)
        case .failed(let taskID, let message):
            writer.string("task", taskID)
            writer.string("message", message)
        case .rejected(let taskID, let volumeID, let message):
            writer.string("task", taskID)
            writer.string("volume", volumeID)
            writer.string("message", message)
        case .ended(let taskID, let volumeID):
            writer.string("task", taskID)
            writer.string("volume", volumeID)
        case .updated(let subject):
            writer.object("import") { subject.write(to: &$0) }
        case .moved(let old, let subject):
            writer.string("from", old)
            writer.object("import") { subject.write(to: &$0) }
        case .settled, .forgotten:
            break
        }
    }

    /// Reads an event that ``write(to:)`` wrote.
    package init(from reader: inout JSONReader) throws(JSONError) {
        let fields = try Fields(from: &reader)
        self.init(
            time: Int64(try reader.require(fields.time, "time")),
            address: try reader.require(fields.address, "address"),
            step: try fields.step(&reader)
        )
    }
}

/// The fields of an event's object, before it is known which of them its step requires.
private struct Fields {
    var time, attempt: Int?
    // Journals of ferry 0.1.0 have no generations.
    var generation = 1
    var address, from: ImportAddress?
    var name, reason, task, volume, expiration, message: String?
    var subject: VolumeImport?
    var addressing: S3Addressing?

    init(from reader: inout JSONReader) throws(JSONError) {
        var fields = Fields()
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "time": fields.time = try reader.integer()
            case "address": fields.address = try ImportAddress(from: &reader)
            case "step": fields.name = try reader.string()
            case "import": fields.subject = try VolumeImport(from: &reader)
            case "generation": fields.generation = try reader.integer(in: 1...TaskMarker.highestGeneration)
            case "from": fields.from = try ImportAddress(from: &reader)
            case "attempt": fields.attempt = try reader.integer(in: 1...TaskMarker.highestAttempt)
            case "reason": fields.reason = try reader.string()
            case "task": fields.task = try reader.string()
            case "volume": fields.volume = try reader.string()
            case "expiration": fields.expiration = try reader.string()
            case "message": fields.message = try reader.string()
            case "addressing": fields.addressing = try reader.word()
            default: try reader.skip()
            }
        }
        self = fields
    }

    private init() {}

    func step(_ reader: inout JSONReader) throws(JSONError) -> StateEvent.Step {
        switch try reader.require(name, "step") {
        case "began":
            return .began(try reader.require(subject, "import"), generation: generation)
        case "requested":
            return .requested(attempt: try reader.require(attempt, "attempt"))
        case "addressed":
            return .addressed(try reader.require(addressing, "addressing"))
        case "abandoned":
            return .abandoned(
                attempt: try reader.require(attempt, "attempt"),
                reason: try reader.require(reason, "reason")
            )
        case "submitted":
            return .submitted(
                attempt: try reader.require(attempt, "attempt"),
                taskID: try reader.require(task, "task"),
                expiration: expiration
            )
        case "reported":
            return .reported(
                taskID: try reader.require(task, "task"),
                message: try reader.require(message, "message")
            )
        case "rejected":
            return .rejected(
                taskID: try reader.require(task, "task"),
                volumeID: try reader.require(volume, "volume"),
                message: try reader.require(message, "message")
            )
        case "updated":
            return .updated(try reader.require(subject, "import"))
        case "moved":
            return .moved(from: try reader.require(from, "from"), try reader.require(subject, "import"))
        case "completed":
            return .completed(
                taskID: try reader.require(task, "task"),
                volumeID: try reader.require(volume, "volume")
            )
        case "failed":
            return .failed(taskID: task, message: try reader.require(message, "message"))
        case "ended":
            return .ended(taskID: try reader.require(task, "task"), volumeID: volume)
        case "settled":
            return .settled
        case "forgotten":
            return .forgotten
        case let name:
            guard let step = try adoption(name, &reader) else { throw reader.error("there is no step “\(name)”") }
            return step
        }
    }

    private func adoption(_ name: String, _ reader: inout JSONReader) throws(JSONError) -> StateEvent.Step? {
        switch name {
        case "adopted":
            return .adopted(
                try reader.require(subject, "import"),
                generation: generation,
                attempt: try reader.require(attempt, "attempt"),
                taskID: try reader.require(task, "task"),
                expiration: expiration
            )
        case "adopted-volume":
            return .adoptedVolume(
                try reader.require(subject, "import"),
                generation: generation,
                taskID: task,
                volumeID: try reader.require(volume, "volume")
            )
        default:
            return nil
        }
    }
}
