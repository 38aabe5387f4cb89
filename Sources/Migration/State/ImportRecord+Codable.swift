import Hashing

/// The record is flat in the state file, so that `jq` finds the task and the volume of any phase in the same place.
extension ImportRecord: Codable {
    private enum Key: String, CodingKey {
        case subject = "import"
        case fingerprint, attempts, phase, task, expiration, volume, message, updated, superseded
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        subject = try container.decode(VolumeImport.self, forKey: .subject)
        fingerprint = try container.decode(SHA256Digest.self, forKey: .fingerprint)
        attempts = try container.decode(Int.self, forKey: .attempts)
        updated = try container.decode(Int64.self, forKey: .updated)
        superseded = try container.decodeIfPresent([SupersededImport].self, forKey: .superseded) ?? []
        func conversion() throws -> Conversion {
            Conversion(
                taskID: try container.decode(String.self, forKey: .task),
                expiration: try container.decodeIfPresent(String.self, forKey: .expiration)
            )
        }
        phase =
            switch try container.decode(ImportPhase.Name.self, forKey: .phase) {
            case .staging: .staging
            case .requested: .requested
            case .converting: .converting(try conversion())
            case .completed:
                .completed(try conversion(), volumeID: try container.decode(String.self, forKey: .volume))
            case .settled:
                .settled(try conversion(), volumeID: try container.decode(String.self, forKey: .volume))
            case .failed:
                .failed(
                    taskID: try container.decodeIfPresent(String.self, forKey: .task),
                    message: try container.decode(String.self, forKey: .message)
                )
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(subject, forKey: .subject)
        try container.encode(fingerprint, forKey: .fingerprint)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(updated, forKey: .updated)
        if !superseded.isEmpty {
            try container.encode(superseded, forKey: .superseded)
        }
        try container.encode(phase.name, forKey: .phase)
        try container.encodeIfPresent(phase.taskID, forKey: .task)
        try container.encodeIfPresent(phase.volumeID, forKey: .volume)
        switch phase {
        case .staging, .requested: break
        case .converting(let conversion), .completed(let conversion, _), .settled(let conversion, _):
            try container.encodeIfPresent(conversion.expiration, forKey: .expiration)
        case .failed(_, let message):
            try container.encode(message, forKey: .message)
        }
    }
}
