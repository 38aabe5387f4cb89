import EC2Types
package import Hashing

/// The tags that ferry writes on a volume as soon as EC2 lists it. They outlive the conversion task and the state.
package enum VolumeTags {
    /// The prefix of all of ferry's own tags.
    package static let prefix = "ferry:"
    /// The import's address.
    package static let address = "ferry:address"
    /// The import's fingerprint in hexadecimal digits.
    package static let fingerprint = "ferry:fingerprint"
    /// The generation of the import.
    package static let generation = "ferry:generation"
    /// The conversion task, which EC2 lists for a limited time.
    package static let task = "ferry:task"
    /// The volume's own id. A volume whose tag names another one is a copy that a backup or a snapshot made.
    package static let volume = "ferry:volume"
    /// The reason why the volume must not be used.
    package static let rejected = "ferry:rejected"
    /// The name that EC2's console shows.
    package static let name = "Name"

    /// The tags of the volume of an import: ferry's own and the user's.
    ///
    /// - Parameter isNew: Whether the volume has no tags yet. A new one gets a `Name`, unless the user sets one.
    package static func tags(of record: ImportRecord, volumeID: String, isNew: Bool) -> [String: String] {
        let subject = record.subject
        var tags = subject.tags
        if isNew, tags[name] == nil { tags[name] = subject.address.image }
        tags[address] = subject.address.description
        tags[fingerprint] = record.fingerprint.hex
        tags[generation] = String(record.generation)
        tags[volume] = volumeID
        if let taskID = record.phase.taskID, taskID != MigrationState.unknownTask { tags[task] = taskID }
        return tags
    }

    /// The tag of a volume that must not be used.
    package static func rejection(_ reason: String) -> [String: String] {
        [rejected: String(reason.unicodeScalars.prefix(EC2Limits.tagValue))]
    }
}

/// What the tags of a volume say about its import.
package struct VolumeEvidence: Hashable, Sendable {
    /// The volume.
    package var volumeID: String
    /// When EC2 created it.
    package var created: String?
    /// The import's address.
    package var address: ImportAddress
    /// The import's fingerprint.
    package var fingerprint: SHA256Digest
    /// The import's generation.
    package var generation: Int
    /// The conversion task; `nil` if no tag names it.
    package var taskID: String?
    /// Whether the volume must not be used.
    package var isRejected: Bool

    /// Reads the tags of a volume; `nil` if they do not identify an import, or the volume is a copy.
    ///
    /// A volume without the tags for its id and its generation was tagged by ferry 0.1.0: it is of generation 1.
    package init?(_ volume: TaggedVolume) {
        let tags = volume.tags
        guard let address = tags[VolumeTags.address].flatMap({ ImportAddress($0) }),
            let fingerprint = tags[VolumeTags.fingerprint].flatMap({ SHA256Digest(hex: $0) }),
            tags[VolumeTags.volume].map({ $0 == volume.id }) ?? true
        else { return nil }
        var generation = 1
        if let text = tags[VolumeTags.generation] {
            guard let number = Int(text), (1...TaskMarker.highestGeneration).contains(number) else { return nil }
            generation = number
        }
        volumeID = volume.id
        created = volume.created
        self.address = address
        self.fingerprint = fingerprint
        self.generation = generation
        taskID = tags[VolumeTags.task]
        isRejected = tags[VolumeTags.rejected] != nil
    }
}
