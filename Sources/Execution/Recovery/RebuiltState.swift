package import EC2Types
import Hashing
package import Migration

/// What can be told of a state that is lost, from the marks that ferry leaves in AWS: the markers in the descriptions of
/// conversion tasks, and the tags of volumes.
package struct RebuiltState: Sendable {
    /// A task or a volume that bears ferry's marks and belongs to no import.
    package struct UnmatchedResource: Hashable, Sendable {
        /// Why it belongs to none.
        package enum Reason: String, Sendable {
            /// No migration manifest names its address.
            case unknownAddress
            /// It was made of other content than the address stands for, and the whole fingerprint of that is not known.
            case otherContent
            /// Its tags do not tell what it was made of.
            case unknownContent
        }

        /// Why it belongs to no import.
        package var reason: Reason
        /// The task's id.
        package var task: String?
        /// The volume's id.
        package var volume: String?
        /// The address, where a tag or a migration manifest tells it.
        package var address: String?
    }

    /// A volume of an address, with the fingerprint it was made for.
    private struct TaggedVolumeMatch {
        var evidence: VolumeEvidence
        var task: String?
        var attempt: Int

        var id: String { evidence.volumeID }
        var fingerprint: SHA256Digest { evidence.fingerprint }
        var generation: Int { evidence.generation }
    }

    /// The records of the imports that are wanted.
    package private(set) var imports: [ImportAddress: ImportRecord] = [:]
    /// The records of imports that no migration manifest names, as the state that is replaced has them: without them, an
    /// apply of other migration manifests of the same state would import again.
    package private(set) var carried: [ImportAddress: ImportRecord] = [:]
    /// The imports of which there is no trace, in order.
    package private(set) var missing: [ImportAddress] = []
    /// What belongs to no import.
    package private(set) var unmatched: [UnmatchedResource] = []

    /// All records.
    package var records: [ImportAddress: ImportRecord] { imports.merging(carried) { wanted, _ in wanted } }

    /// What bears the marks of imports that neither a migration manifest nor the state that is replaced names: what they did
    /// is not in this state.
    package var unnamed: [UnmatchedResource] { unmatched.filter { $0.reason == .unknownAddress } }

    /// Ties what was found to the imports that are wanted.
    ///
    /// - Parameters:
    ///   - desired: The imports that the migration manifests want: a marker has no more than the hash of an address.
    ///   - recorded: The state that is replaced; `nil` if there is none or it cannot be read.
    ///   - tasks: All conversion tasks.
    ///   - volumes: The volumes that bear ``VolumeTags/address``.
    ///   - time: The time to be recorded, in seconds since 1970.
    package init(
        desired: [VolumeImport],
        recorded: MigrationState?,
        tasks: [ConversionTask],
        volumes: [TaggedVolume],
        time: Int64
    ) {
        let wanted = Set(desired.map(\.address))
        carried = (recorded?.imports ?? [:]).filter { !wanted.contains($0.key) }
        let marked = tasks.compactMap { task in task.marker.map { (marker: $0, status: task) } }
        let tied = matchImports(desired, marked, volumes, time)
        addUnmatchedTasks(marked, desired, besides: tied)
        addUnmatchedVolumes(volumes, wanted, besides: tied)
        unmatched.sort {
            ($0.address ?? "", $0.task ?? "", $0.volume ?? "") < ($1.address ?? "", $1.task ?? "", $1.volume ?? "")
        }
    }

    private typealias MarkedTask = (marker: TaskMarker, status: ConversionTask)

    /// Makes the records of the desired imports.
    ///
    /// - Returns: The ids of the tasks and volumes that belong to a record.
    private mutating func matchImports(
        _ desired: [VolumeImport],
        _ marked: [MarkedTask],
        _ volumes: [TaggedVolume],
        _ time: Int64
    ) -> Set<String> {
        let tasksByAddress = Dictionary(grouping: marked) { $0.marker.address }
        let volumesByAddress = Dictionary(grouping: volumes) { $0.tags[VolumeTags.address] ?? "" }
        var tied: Set<String> = []
        for item in desired.sorted(by: { $0.address < $1.address }) {
            let found = tasksByAddress[TaskMarker.hash(item.address)] ?? []
            let volumes = volumesByAddress[item.address.description] ?? []
            let made = Self.made(volumes, found)
            if var record = Self.record(of: item, found, made, time) {
                record.phase = Self.checked(record.phase, of: item, volumes)
                imports[item.address] = record
                tied.formUnion([record.phase.taskID, record.phase.volumeID].compactMap(\.self))
                tied.formUnion(record.superseded.flatMap { [$0.taskID, $0.volumeID] }.compactMap(\.self))
            } else {
                missing.append(item.address)
            }
        }
        return tied
    }

    private mutating func addUnmatchedTasks(
        _ marked: [MarkedTask],
        _ desired: [VolumeImport],
        besides tied: Set<String>
    ) {
        let addresses = Dictionary(desired.map { (TaskMarker.hash($0.address), $0.address) }) { first, _ in first }
        let carriedHashes = Set(carried.keys.map(TaskMarker.hash))
        for (marker, status) in marked {
            // A canceled task left nothing behind.
            let isTied = tied.contains(status.id) || status.volumeID.map(tied.contains) ?? false
            guard !isTied, !carriedHashes.contains(marker.address), status.state != .cancelled,
                status.state != .cancelling
            else { continue }
            let address = addresses[marker.address]
            unmatched.append(
                UnmatchedResource(
                    reason: address == nil ? .unknownAddress : .otherContent,
                    task: status.id,
                    volume: status.volumeID,
                    address: address?.description
                )
            )
        }
    }

    private mutating func addUnmatchedVolumes(
        _ volumes: [TaggedVolume],
        _ wanted: Set<ImportAddress>,
        besides tied: Set<String>
    ) {
        let wantedNames = Set(wanted.map(\.description))
        let carriedNames = Set(carried.keys.map(\.description))
        let places = Dictionary(grouping: unmatched.indices) { unmatched[$0].volume }
        for volume in volumes where !tied.contains(volume.id) {
            let address = volume.tags[VolumeTags.address]
            guard address.map(carriedNames.contains) != true else { continue }
            if let places = places[volume.id] {
                // The volume of an unmatched task: its tag names the address.
                for place in places { unmatched[place].address = address }
            } else {
                let reason =
                    address.map(wantedNames.contains) == true
                    ? UnmatchedResource.Reason.unknownContent : .unknownAddress
                unmatched.append(UnmatchedResource(reason: reason, volume: volume.id, address: address))
            }
        }
    }

    /// The volumes of an address whose tags say what they were made for, the latest last.
    private static func made(
        _ volumes: [TaggedVolume],
        _ tasks: [MarkedTask]
    ) -> [TaggedVolumeMatch] {
        volumes.compactMap { volume -> TaggedVolumeMatch? in
            // Copies and rejected volumes are evidence of nothing.
            guard let evidence = VolumeEvidence(volume), !evidence.isRejected else { return nil }
            let task = tasks.first { $0.status.volumeID == volume.id }
            return TaggedVolumeMatch(
                evidence: evidence,
                task: task?.status.id ?? evidence.taskID,
                attempt: task?.marker.attempt ?? 0
            )
        }
        .sorted { left, right in
            (left.generation, left.attempt, left.evidence.created ?? "", left.id)
                < (right.generation, right.attempt, right.evidence.created ?? "", right.id)
        }
    }

    /// The record of an import; `nil` if there is no trace of it.
    private static func record(
        of item: VolumeImport,
        _ tasks: [MarkedTask],
        _ made: [TaggedVolumeMatch],
        _ time: Int64
    ) -> ImportRecord? {
        let fingerprint = item.fingerprint
        let attempts = max(tasks.map(\.marker.attempt).max() ?? 0, made.isEmpty ? 0 : 1)
        var record = ImportRecord(subject: item, attempts: attempts, updated: time)
        let own = tasks.filter { $0.marker.fingerprint == fingerprint.leadingBits }
            .sorted {
                ($0.marker.generation, $0.marker.attempt, $0.status.id)
                    < ($1.marker.generation, $1.marker.attempt, $1.status.id)
            }
        let live = own.filter { $0.status.state != .cancelled }
        let settled = made.last { $0.fingerprint == fingerprint }
        // A replacement of an unchanged image has the fingerprint of what it takes the place of.
        let latest = live.last { task in
            settled.map { settled in
                (task.marker.generation, task.marker.attempt) > (settled.generation, settled.attempt)
                    && task.status.volumeID != settled.id
            } ?? true
        }
        if let (marker, status) = latest {
            record.generation = marker.generation
            record.attempts = max(attempts, marker.attempt)
            let conversion = Conversion(
                taskID: status.id,
                expiration: status.expiration?.text,
                attempt: marker.attempt
            )
            // A volume that is gone by now is drift, as it was to the state that is lost.
            record.phase =
                status.completedVolumeID.map { .completed(conversion, volumeID: $0) } ?? .converting(conversion)
        } else if let volume = settled ?? made.last {
            record.fingerprint = volume.fingerprint
            record.generation = volume.generation
            let attempt = volume.attempt > 0 ? volume.attempt : nil
            let conversion = Conversion(taskID: volume.task ?? MigrationState.unknownTask, attempt: attempt)
            record.phase = .settled(conversion, volumeID: volume.id)
        } else if let ended = own.last {
            let message = ended.status.statusMessage ?? "the task was cancelled"
            record.generation = ended.marker.generation
            record.phase = .failed(taskID: ended.status.id, message: message)
        } else {
            return nil
        }
        let (task, volume) = (record.phase.taskID, record.phase.volumeID)
        record.superseded = superseded(made, live, fingerprint).filter { other in
            volume == nil ? other.taskID != task : other.volumeID != volume
        }
        return record
    }

    /// The phase of a rebuilt record: rejected if its volume is, and converting if its image must still be checked.
    ///
    /// The tags of a volume are written after its image was checked. An object in S3 may have changed while EC2 read it.
    private static func checked(
        _ phase: ImportPhase,
        of item: VolumeImport,
        _ volumes: [TaggedVolume]
    ) -> ImportPhase {
        guard case .completed(let conversion, let volumeID) = phase else { return phase }
        let volume = volumes.first { $0.id == volumeID }
        if let reason = volume?.tags[VolumeTags.rejected] {
            return .rejected(conversion, volumeID: volumeID, message: reason)
        }
        return volume == nil && item.image.object?.isLasting == false ? .converting(conversion) : phase
    }

    /// Whatever else there is of the address, the latest last: it is kept, named, and, where it converts, followed to its
    /// end.
    private static func superseded(
        _ made: [TaggedVolumeMatch],
        _ live: [MarkedTask],
        _ fingerprint: SHA256Digest
    ) -> [SupersededImport] {
        let tagged = Set(made.map(\.id))
        var others = made.map { made in
            (
                made.attempt,
                SupersededImport(
                    fingerprint: made.fingerprint,
                    generation: made.generation,
                    taskID: made.task,
                    volumeID: made.id
                )
            )
        }
        for (marker, status) in live where status.completedVolumeID.map(tagged.contains) != true {
            let volumeID = status.completedVolumeID
            others.append(
                (
                    marker.attempt,
                    SupersededImport(
                        fingerprint: fingerprint,
                        generation: marker.generation,
                        taskID: status.id,
                        volumeID: volumeID
                    )
                )
            )
        }
        return others.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

extension ConversionTask {
    /// The volume that the task has made; `nil` while it is not done.
    fileprivate var completedVolumeID: String? { state == .completed ? volumeID : nil }
}
