import EC2Types
import Hashing

/// The tasks and tagged volumes that EC2 lists, by the import that they belong to.
struct EvidenceIndex: Sendable {
    /// What EC2 lists of one import: one address and one fingerprint.
    struct Evidence {
        /// The tasks that are active, or have completed.
        var tasks: [ConversionTask] = []
        /// The volumes, those that must not be used among them.
        var volumes: [VolumeEvidence] = []
        /// The highest generation of a canceled task; 0 if there is none.
        var highestCancelled = 0

        /// The highest generation that has a task or a volume; 0 if none has.
        var highestUsed: Int {
            max(tasks.compactMap(\.marker?.generation).max() ?? 0, volumes.map(\.generation).max() ?? 0)
        }
    }

    private let observed: ObservedState
    /// The places of the tasks with a marker, sorted by the address in it.
    private let tasksByAddress: [(address: UInt64, place: Int)]
    /// The volumes that no record names as its own, by address.
    private let volumes: [ImportAddress: [VolumeEvidence]]
    /// The places of the tagged volumes that records name, by id.
    private let recordedVolumes: [String: Int]

    init(_ observed: ObservedState, records: [ImportAddress: ImportRecord]) {
        self.observed = observed
        var tasksByAddress: [(address: UInt64, place: Int)] = []
        tasksByAddress.reserveCapacity(observed.tasks.count)
        for (place, task) in observed.tasks.enumerated() {
            if let marker = task.marker { tasksByAddress.append((marker.address, place)) }
        }
        tasksByAddress.sort { ($0.address, $0.place) < ($1.address, $1.place) }
        self.tasksByAddress = tasksByAddress
        var volumes: [ImportAddress: [VolumeEvidence]] = [:]
        var places: [String: Int] = [:]
        if let tagged = observed.taggedVolumes, !tagged.isEmpty {
            // Most volumes of a long list are those of settled imports: their tags are compared, not parsed.
            var recorded: Set<String> = []
            recorded.reserveCapacity(records.count)
            for record in records.values { if let id = record.phase.volumeID { recorded.insert(id) } }
            places.reserveCapacity(recorded.count)
            for place in tagged.indices {
                if recorded.contains(tagged[place].id) {
                    places[tagged[place].id] = place
                } else if let evidence = VolumeEvidence(tagged[place]) {
                    volumes[evidence.address, default: []].append(evidence)
                }
            }
        }
        self.volumes = volumes
        recordedVolumes = places
    }

    /// The tasks whose marker has an address.
    func tasks(of address: UInt64) -> [ConversionTask] {
        guard !tasksByAddress.isEmpty else { return [] }
        var (low, high) = (0, tasksByAddress.count)
        while low < high {
            let middle = (low + high) / 2
            if tasksByAddress[middle].address < address { low = middle + 1 } else { high = middle }
        }
        return tasksByAddress[low...].prefix { $0.address == address }.map { observed.tasks[$0.place] }
    }

    /// What EC2 lists of an import.
    ///
    /// - Parameters:
    ///   - addresses: The addresses of the import: its own, and those that it had before it was renamed.
    ///   - fingerprint: The fingerprint.
    ///   - record: The record. Its own failed task, and tasks and volumes that it names as superseded, are left out.
    func evidence(
        of addresses: [ImportAddress],
        _ fingerprint: SHA256Digest,
        besides record: ImportRecord?
    ) -> Evidence {
        var evidence = Evidence()
        guard !tasksByAddress.isEmpty || !volumes.isEmpty else { return evidence }
        let superseded = record?.superseded ?? []
        for address in addresses {
            for task in tasks(of: TaskMarker.hash(address)) {
                guard let marker = task.marker, marker.fingerprint == fingerprint.leadingBits else { continue }
                switch task.state {
                case .active, .completed:
                    guard task.id != record?.phase.taskID, !superseded.contains(where: { $0.taskID == task.id }) else {
                        continue
                    }
                    evidence.tasks.append(task)
                case .cancelling, .cancelled:
                    evidence.highestCancelled = max(evidence.highestCancelled, marker.generation)
                }
            }
            for volume in volumes[address] ?? [] where volume.fingerprint == fingerprint {
                guard !superseded.contains(where: { $0.volumeID == volume.volumeID }) else { continue }
                evidence.volumes.append(volume)
            }
        }
        return evidence
    }

    /// The tags of a volume that a record names; `nil` if EC2 lists none for it.
    func tags(ofRecordedVolume id: String) -> [String: String]? {
        recordedVolumes[id].flatMap { observed.taggedVolumes?[$0].tags }
    }
}
