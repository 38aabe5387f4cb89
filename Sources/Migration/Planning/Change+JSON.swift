import EC2Types
import Hashing
import JSON

extension Change {
    /// Writes the fields of a change into the present object.
    func write(to writer: inout JSONWriter) {
        writeOutcome(to: &writer)
        if let upload { writer.integer("upload", upload) }
        if let recorded { writer.object("recorded") { recorded.write(to: &$0) } }
        if let desired { writer.object("desired") { desired.write(to: &$0) } }
    }

    /// Writes the fields that a plan's digest is taken of.
    func writeDigested(to writer: inout JSONWriter) {
        writeOutcome(to: &writer)
        guard let desired else { return }
        if action == .none {
            // What is left alone is told apart by its content; its tags and staging play no part.
            writer.string("fingerprint", desired.fingerprint)
        } else {
            writer.object("desired") { desired.write(to: &$0, hasPath: false) }
        }
    }

    private func writeOutcome(to writer: inout JSONWriter) {
        writer.string("address", address)
        writer.string("action", action.rawValue)
        writer.list("reasons", reasons) { writer, reason in
            writer.string("kind", reason.kind.rawValue)
            writer.string("detail", reason.detail)
        }
        if generation > 1 { writer.integer("generation", generation) }
        writer.string("task", task)
        writer.string("volume", volume)
        writer.string("movedFrom", movedFrom?.description)
        if !earlierAddresses.isEmpty { writer.list("earlierAddresses", earlierAddresses.map(\.description)) }
        writer.string("cancels", cancels)
    }

    /// Reads a change that ``write(to:)`` wrote.
    init(from reader: inout JSONReader) throws(JSONError) {
        var address: ImportAddress?
        var action: Action?
        var reasons: [Reason]?
        var task, volume, cancels: String?
        var movedFrom: ImportAddress?
        var earlierAddresses: [ImportAddress] = []
        var generation = 1
        var upload: Int?
        var recorded: Recorded?
        var desired: VolumeImport?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "address": address = try ImportAddress(from: &reader)
            case "action": action = try reader.word()
            case "reasons": reasons = try reader.values { (reader) throws(JSONError) in try Reason(from: &reader) }
            case "generation": generation = try reader.integer(in: 1...TaskMarker.highestGeneration)
            case "volume": volume = try reader.string()
            case "earlierAddresses":
                earlierAddresses = try reader.values { (reader) throws(JSONError) in try ImportAddress(from: &reader) }
            case "movedFrom": movedFrom = try ImportAddress(from: &reader)
            case "task": task = try reader.string()
            case "cancels": cancels = try reader.string()
            case "upload": upload = try reader.integer()
            case "recorded": recorded = try Recorded(from: &reader)
            case "desired": desired = try VolumeImport(from: &reader)
            default: try reader.skip()
            }
        }
        self.init(
            address: try reader.require(address, "address"),
            action: try reader.require(action, "action"),
            reasons: try reader.require(reasons, "reasons"),
            desired: desired,
            recorded: recorded,
            generation: generation,
            task: task,
            volume: volume,
            movedFrom: movedFrom,
            cancels: cancels
        )
        self.upload = upload.map(Int64.init)
        self.earlierAddresses = earlierAddresses
    }
}

extension Change.Recorded {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.string("fingerprint", fingerprint)
        if generation > 1 { writer.integer("generation", generation) }
        writer.string("phase", phase.rawValue)
        writer.integer("attempts", attempts)
        writer.string("task", task)
        writer.string("volume", volume)
    }

    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var fingerprint: SHA256Digest?
        var generation = 1
        var phase: ImportPhase.Name?
        var attempts: Int?
        var task, volume: String?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "fingerprint": fingerprint = try reader.digest()
            case "generation": generation = try reader.integer(in: 1...TaskMarker.highestGeneration)
            case "phase": phase = try reader.word()
            case "attempts": attempts = try reader.integer()
            case "task": task = try reader.string()
            case "volume": volume = try reader.string()
            default: try reader.skip()
            }
        }
        self.init(
            fingerprint: try reader.require(fingerprint, "fingerprint"),
            generation: generation,
            phase: try reader.require(phase, "phase"),
            attempts: try reader.require(attempts, "attempts"),
            task: task,
            volume: volume
        )
    }
}

extension Reason {
    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var kind: Kind?
        var detail: String?
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "kind": kind = try reader.word()
            case "detail": detail = try reader.string()
            default: try reader.skip()
            }
        }
        self.init(try reader.require(kind, "kind"), detail)
    }
}
