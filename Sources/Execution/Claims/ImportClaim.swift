import EC2Types
import JSON

/// The right to call ImportVolume for one import, as an object in the staging bucket.
///
/// States are copied, lost, restored, and used at the same time. What they share is the staging bucket: an import is called
/// by the process that wrote its claim, and once.
package struct ImportClaim: Hashable, Sendable {
    /// The phases of a claim.
    package enum Phase: String, Sendable {
        /// The call may be made, or its outcome is unknown.
        case claimed
        /// The task of the call is known.
        case called
        /// The import has its volume.
        case settled
        /// The import has a volume that must not be used. Only a replacement imports it again.
        case rejected
        /// The call had no effect, or its task was canceled: the claim may be taken over.
        case released
    }

    /// The version of the object's form.
    package static let version = 1
    /// The longest claim that is read, in bytes. One of ferry has some hundred.
    package static let longest = 64 << 10

    /// A random text, new with every write: the object's `ETag` is new, too.
    package var nonce: String
    /// The lineage of the writer's state.
    package var lineage: String
    /// The generation of the volume.
    package var generation: Int
    /// The attempt that the claim is for.
    package var attempt: Int
    /// The phase.
    package var phase: Phase
    /// The conversion task; `nil` if it is not known.
    package var taskID: String?
    /// The volume; `nil` if it is not known.
    package var volumeID: String?
    /// The canceled tasks of earlier attempts.
    package var superseded: [String]
    /// The addresses under which the import may be called: more than one where it was renamed.
    package var addresses: [String]

    /// Describes a claim.
    package init(
        nonce: String,
        lineage: String,
        generation: Int,
        attempt: Int,
        phase: Phase,
        taskID: String? = nil,
        volumeID: String? = nil,
        superseded: [String] = [],
        addresses: [String]
    ) {
        self.nonce = nonce
        self.lineage = lineage
        self.generation = generation
        self.attempt = attempt
        self.phase = phase
        self.taskID = taskID
        self.volumeID = volumeID
        self.superseded = superseded
        self.addresses = addresses
    }

    /// The claim with the result of its call. A released one names no task, but keeps it among the superseded ones.
    func result(_ phase: Phase, taskID: String?, volumeID: String?, nonce: String) -> ImportClaim {
        var result = self
        result.nonce = nonce
        result.phase = phase
        result.volumeID = volumeID
        if phase == .released {
            if let taskID { result.superseded.append(taskID) }
            result.taskID = nil
        } else {
            result.taskID = taskID
        }
        return result
    }

    /// The object's content.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.integer("version", Self.version)
            writer.string("nonce", nonce)
            writer.string("lineage", lineage)
            writer.integer("generation", generation)
            writer.integer("attempt", attempt)
            writer.string("phase", phase.rawValue)
            writer.string("task", taskID)
            writer.string("volume", volumeID)
            writer.list("superseded", superseded)
            writer.list("addresses", addresses)
        }
        return writer.bytes
    }

    /// Reads an object's content; `nil` if it is not a claim that this ferry understands.
    package init?(json bytes: [UInt8]) {
        let claim = try? JSONReader.read(bytes) { (reader) throws(JSONError) in try ImportClaim(from: &reader) }
        guard let claim else { return nil }
        self = claim
    }

    private init(from reader: inout JSONReader) throws(JSONError) {
        var version, generation, attempt: Int?
        var nonce, lineage, phase, task, volume: String?
        var superseded: [String] = []
        var addresses: [String]?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "version": version = try reader.integer(in: 1...Self.version)
            case "nonce": nonce = try reader.string()
            case "lineage": lineage = try reader.string()
            case "generation": generation = try reader.integer(in: 1...TaskMarker.highestGeneration)
            case "attempt": attempt = try reader.integer(in: 1...TaskMarker.highestAttempt)
            case "phase": phase = try reader.string()
            case "task": task = try reader.string()
            case "volume": volume = try reader.string()
            case "superseded": superseded = try reader.texts()
            case "addresses": addresses = try reader.texts()
            default: try reader.skip()
            }
        }
        _ = try reader.require(version, "version")
        guard let phase = Phase(rawValue: try reader.require(phase, "phase")) else {
            throw reader.error("unknown phase")
        }
        self.init(
            nonce: try reader.require(nonce, "nonce"),
            lineage: try reader.require(lineage, "lineage"),
            generation: try reader.require(generation, "generation"),
            attempt: try reader.require(attempt, "attempt"),
            phase: phase,
            taskID: task,
            volumeID: volume,
            superseded: superseded,
            addresses: try reader.require(addresses, "addresses")
        )
    }
}
