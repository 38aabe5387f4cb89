import DiskImages
import EC2Types
import Hashing

/// Computes what is to be done from what is wanted, what is recorded and what is there.
///
/// It is a pure function: total over every combination, the same output for the same input, and empty once a plan has
/// been applied.
package struct Planner: Sendable {
    /// Choices that change what a plan does.
    package typealias Options = PlanOptions

    /// How long EC2's lists may omit a tag or a volume that ferry recorded, in seconds by this machine's clock, which may
    /// differ from the one that recorded it.
    private static let listLag: Int64 = 900

    private let options: Options
    private let replacements: Set<ImportAddress>
    private let observed: ObservedState
    /// The tasks that records say are converting, by id: of a long list most are done.
    private let tasksByID: [String: ConversionTask]
    private let evidence: EvidenceIndex
    /// The earlier addresses of renamed imports, by the new one.
    private let earlierAddresses: [ImportAddress: [ImportAddress]]

    private init(
        observed: ObservedState,
        records: [ImportAddress: ImportRecord],
        moved: [MovedAddress],
        options: Options
    ) {
        self.options = options
        self.observed = observed
        replacements = Set(options.replacements)
        earlierAddresses = Dictionary(grouping: moved, by: \.new).mapValues { $0.map(\.old) }
        var converting: Set<String> = []
        for record in records.values {
            if case .converting(let conversion) = record.phase { converting.insert(conversion.taskID) }
        }
        let tasks = observed.tasks
        let named = converting.isEmpty ? [] : tasks.filter { converting.contains($0.id) }
        tasksByID = Dictionary(named.map { ($0.id, $0) }) { first, _ in first }
        evidence = EvidenceIndex(observed, records: records)
    }

    /// The plan.
    ///
    /// - Parameters:
    ///   - desired: What is wanted; of several of one address the first counts.
    ///   - manifests: The migration manifests that say so.
    ///   - loaded: The names of the migration manifests whose imports may be forgotten; `nil` for all.
    ///   - moved: The addresses that were renamed.
    ///   - recorded: The state; `nil` if there is none yet.
    ///   - observed: What EC2 and S3 say.
    ///   - options: Choices that change what the plan does.
    ///   - limits: How much is done at once, for the estimate.
    package static func plan(
        desired: [VolumeImport],
        manifests: [Plan.ManifestDigest],
        loaded: Set<String>? = nil,
        moved: [MovedAddress] = [],
        recorded: MigrationState?,
        observed: ObservedState,
        options: Options = Options(),
        limits: PlanLimits = PlanLimits()
    ) -> Plan {
        let records = recorded?.imports ?? [:]
        let planner = Planner(observed: observed, records: records, moved: moved, options: options)
        var changes: [Change] = []
        changes.reserveCapacity(max(desired.count, records.count))
        var (unselected, met) = (0, 0)
        var renamed: Set<ImportAddress> = []
        var last: ImportAddress?
        for item in inOrder(desired) where item.address != last {
            last = item.address
            var record = records[item.address]
            if record != nil { met += 1 }
            guard options.selects(item.address) else {
                unselected += 1
                continue
            }
            var source: ImportAddress?
            if record == nil, let old = planner.earlierAddresses[item.address]?.first(where: { records[$0] != nil }) {
                record = records[old]
                source = old
                renamed.insert(old)
            }
            changes.append(planner.change(for: DesiredImport(item, record), movedFrom: source))
        }
        if met < records.count {
            let wanted = Set(desired.lazy.map(\.address)).union(renamed)
            for (address, record) in records where !wanted.contains(address) {
                guard options.selects(address) else {
                    unselected += 1
                    continue
                }
                // A migration manifest that was not given says nothing about its imports.
                guard loaded?.contains(address.manifest) ?? true || options.prunes.contains(address.manifest) else {
                    continue
                }
                changes.append(planner.changeOfRemoved(address, record))
            }
            changes.sort { $0.address < $1.address }
        }
        if options.refresh == .only { changes = changes.map(planner.deferred) }
        return Plan(
            lineage: recorded?.lineage,
            serial: recorded?.serial ?? 0,
            manifests: manifests,
            changes: changes,
            unmarkedTasks: observed.unmarkedTasks,
            unselected: unselected,
            options: options,
            limits: limits
        )
    }

    /// The imports ordered by address, as migration manifests often have them. The sort is stable, so that of several of one
    /// address the first comes first.
    private static func inOrder(_ imports: [VolumeImport]) -> [VolumeImport] {
        let isInOrder = imports.indices.dropFirst().allSatisfy { imports[$0 - 1].address <= imports[$0].address }
        return isInOrder ? imports : imports.sorted { $0.address < $1.address }
    }

    private func change(for desired: DesiredImport, movedFrom old: ImportAddress?) -> Change {
        var change = change(for: desired)
        if !earlierAddresses.isEmpty { change.earlierAddresses = earlierAddresses[desired.subject.address] ?? [] }
        guard let old else { return change }
        change.movedFrom = old
        change.reasons.insert(Reason(.moved, old.description), at: 0)
        if change.action == .none { change.action = .update }
        return change
    }

    private func change(for desired: DesiredImport) -> Change {
        guard let record = desired.record else {
            return adoption(of: desired, atLeast: 1) ?? change(desired, .create, [Reason(.notImported)])
        }
        guard desired.isRecorded else {
            // What the address stood for before may be wanted again. Its volume exists, or is being made: a second one of
            // the same image for the same address is never made.
            if let change = adoption(of: desired, atLeast: 1) { return change }
            return change(desired, .replace, differences(from: record, to: desired) + standing(record))
        }
        if let change = adoption(of: desired, atLeast: record.generation) { return change }
        if replacements.contains(desired.subject.address) {
            return change(desired, .replace, [Reason(.replacementRequested)] + standing(record))
        }
        switch record.phase {
        case .staging:
            return change(desired, .resume, [Reason(.stagingBegun)])
        case .requested:
            return change(desired, .resume, [Reason(.outcomeUnknown)])
        case .converting(let conversion):
            return changeOfConverting(desired, conversion)
        case .completed(_, let volumeID):
            // EC2 may list a new volume later than the task that made it.
            let isRecent = observed.time - record.updated < Self.listLag
            guard isRecent || observed.volumes.contains(volumeID) else {
                return changeOfMissing(desired, volumeID)
            }
            return change(desired, .wait, [Reason(.unsettled, volumeID)])
        case .settled(_, let volumeID):
            guard observed.volumes.contains(volumeID) else { return changeOfMissing(desired, volumeID) }
            return changeOfSettled(desired, record, volumeID)
        case .failed(_, let message):
            return change(desired, .retry, [Reason(.attemptFailed, message)])
        case .rejected(_, let volumeID, let message):
            return change(desired, .none, [Reason(.volumeRejected, "\(volumeID): \(message)")])
        }
    }

    private func changeOfMissing(_ desired: DesiredImport, _ volumeID: String) -> Change {
        let missing = Reason(.volumeMissing, volumeID)
        return options.recreatesMissing
            ? change(desired, .create, [missing, Reason(.recreating)])
            : change(desired, .none, [missing])
    }

    /// The change of an import whose volume exists: its tags may differ.
    private func changeOfSettled(_ desired: DesiredImport, _ record: ImportRecord, _ volumeID: String) -> Change {
        let exists = Reason(.volumeExists, volumeID)
        let found = evidence.tags(ofRecordedVolume: volumeID)
        let keys = changedTags(from: record.subject.tags, to: desired.subject.tags, found)
        if !keys.isEmpty {
            return change(desired, .update, [Reason(.tagsChanged, keys.joined(separator: ", ")), exists])
        }
        if let drift = driftOfTags(record, volumeID, found) { return change(desired, .none, [drift, exists]) }
        return change(desired, .none, [exists])
    }

    /// The keys of the user's tags that must be written or removed, sorted.
    private func changedTags(
        from old: [String: String],
        to new: [String: String],
        _ found: [String: String]?
    ) -> [String] {
        var keys: [String] = []
        for (key, value) in new where old[key] != value || found.map({ $0[key] != value }) ?? false { keys.append(key) }
        for key in old.keys where new[key] == nil { keys.append(key) }
        return keys.sorted()
    }

    /// How ferry's own tags differ from what ferry wrote; `nil` if they do not, or EC2's list may be older than the record.
    private func driftOfTags(_ record: ImportRecord, _ volumeID: String, _ found: [String: String]?) -> Reason? {
        guard observed.taggedVolumes != nil, observed.time - record.updated >= Self.listLag else { return nil }
        guard let found else { return Reason(.tagsDrifted, VolumeTags.address) }
        var changed: [String] = []
        if found[VolumeTags.address] != record.subject.address.description { changed.append(VolumeTags.address) }
        if found[VolumeTags.fingerprint] != record.fingerprint.hex { changed.append(VolumeTags.fingerprint) }
        // Volumes that ferry 0.1.0 tagged lack these.
        if let generation = found[VolumeTags.generation], generation != String(record.generation) {
            changed.append(VolumeTags.generation)
        }
        if let volume = found[VolumeTags.volume], volume != volumeID { changed.append(VolumeTags.volume) }
        return changed.isEmpty ? nil : Reason(.tagsDrifted, changed.sorted().joined(separator: ", "))
    }

    /// The change that adopts a task or volume which the record does not have; `nil` if there is none.
    ///
    /// Of several the highest generation is adopted; of one generation the volume, which outlives its task.
    private func adoption(
        of desired: DesiredImport,
        atLeast lowest: Int
    ) -> Change? {
        let found = evidence(of: desired)
        guard found.highestUsed >= lowest else { return nil }
        // A volume or task of the recorded generation is news only where the record has neither, or EC2 lost the task.
        func isNews(_ generation: Int) -> Bool {
            guard desired.isRecorded, let record = desired.record else { return true }
            switch record.phase {
            case .staging, .failed: return generation >= record.generation
            case .requested: return generation > record.generation
            case .converting(let conversion):
                return generation > record.generation
                    || generation == record.generation && tasksByID[conversion.taskID] == nil
            case .completed(_, let volumeID), .settled(_, let volumeID):
                return generation > record.generation
                    || generation == record.generation && !observed.volumes.contains(volumeID)
            case .rejected: return generation > record.generation
            }
        }
        let volumes = found.volumes.filter { isNews($0.generation) }
        let rejected = volumes.filter(\.isRejected).max { $0.generation < $1.generation }
        let volume = volumes.filter { !$0.isRejected }.max {
            ($0.generation, $0.created ?? "", $0.volumeID) < ($1.generation, $1.created ?? "", $1.volumeID)
        }
        let task = found.tasks.filter { isNews($0.marker?.generation ?? 1) && mayAdopt($0, volumes) }
            .max { Self.rank($0) < Self.rank($1) }
        let (taskGeneration, volumeGeneration) = (task?.marker?.generation ?? 0, volume?.generation ?? 0)
        if let rejected, rejected.generation >= max(taskGeneration, volumeGeneration) {
            if replacements.contains(desired.subject.address) {
                return change(desired, .create, [Reason(.replacementRequested)])
            }
            return change(desired, .none, [Reason(.volumeRejected, rejected.volumeID)])
        }
        if let volume, volumeGeneration >= taskGeneration {
            let others = volumes.filter { $0.volumeID != volume.volumeID }.map(\.volumeID).sorted()
            var reasons = [Reason(.volumeFound, volume.volumeID)]
            if !others.isEmpty { reasons.append(Reason(.volumesSuperseded, others.joined(separator: ", "))) }
            return adopting(desired, volume.generation, reasons, task: volume.taskID, volume: volume.volumeID)
        }
        guard let task else { return nil }
        return adopting(desired, taskGeneration, [Reason(.taskFound, task.id)], task: task.id, volume: nil)
    }

    /// The later of two tasks has the higher rank.
    private static func rank(_ task: ConversionTask) -> (Int, Int, String) {
        (task.marker?.generation ?? 1, task.marker?.attempt ?? 0, task.id)
    }

    /// Whether a task may be adopted. A completed one whose volume is not listed is adopted, because EC2 may list the volume
    /// later, unless the user says that it is gone.
    private func mayAdopt(_ task: ConversionTask, _ volumes: [VolumeEvidence]) -> Bool {
        guard task.state == .completed, let volumeID = task.volumeID else { return true }
        guard !volumes.contains(where: { $0.volumeID == volumeID }) else { return false }
        return observed.volumes.contains(volumeID) || !options.recreatesMissing
    }

    private func adopting(
        _ desired: DesiredImport,
        _ generation: Int,
        _ reasons: [Reason],
        task: String?,
        volume: String?
    ) -> Change {
        var reasons = reasons
        // A volume that no record names must not be made a second time because another one was requested.
        if replacements.contains(desired.subject.address) { reasons.append(Reason(.replacementLater)) }
        var change = change(desired, .adopt, reasons, task: task, volume: volume)
        change.generation = generation
        return change
    }

    private func evidence(of desired: DesiredImport) -> EvidenceIndex.Evidence {
        let address = desired.subject.address
        var found = evidence.evidence(
            of: earlierAddresses.isEmpty ? [address] : [address] + (earlierAddresses[address] ?? []),
            desired.fingerprint,
            // What was superseded by another image may be wanted again.
            besides: desired.isRecorded ? desired.record : nil
        )
        if !desired.isRecorded, let record = desired.record {
            let gone = Set(record.superseded.compactMap(\.volumeID)).subtracting(observed.volumes)
            found.tasks.removeAll { $0.volumeID.map(gone.contains) ?? false }
        }
        return found
    }

    /// The generation of the volume that a change makes: the first that has neither a task nor a volume.
    private func generation(of desired: DesiredImport, _ action: Action) -> Int {
        let recorded = desired.record?.generation ?? 1
        let isRecorded = desired.isRecorded
        switch action {
        case .wait, .update, .forget, .none, .adopt: return isRecorded ? recorded : 1
        case .resume, .retry: return recorded
        case .create, .replace: break
        }
        let found = evidence(of: desired)
        var used = found.highestUsed
        if let record = desired.record {
            // The user asked for another volume, whatever became of the recorded one.
            if isRecorded { used = max(used, record.generation) }
            let earlier = record.superseded.filter { $0.fingerprint == desired.fingerprint }
            used = max(used, earlier.map(\.generation).max() ?? 0)
        }
        return max(used + 1, found.highestCancelled, isRecorded ? recorded : 1)
    }

    private func changeOfConverting(_ desired: DesiredImport, _ conversion: Conversion) -> Change {
        guard let task = tasksByID[conversion.taskID] else {
            // EC2 stops listing tasks after some time, completed ones too: another import could make a second volume.
            let missing = Reason(.taskMissing, conversion.taskID)
            return options.recreatesMissing
                ? change(desired, .create, [missing, Reason(.recreating)])
                : change(desired, .none, [missing])
        }
        switch task.state {
        case .active:
            if let missing = observed.missingParts[desired.subject.address], missing > 0 {
                // The time limits the upload alone: with all parts staged, EC2 continues.
                guard task.expiration?.hasPassed(at: observed.time) != true else {
                    let reasons = [
                        Reason(.taskExpired, task.expiration?.text ?? ""), Reason(.cancelsConversion, task.id),
                    ]
                    return change(desired, .retry, reasons, cancels: task.id)
                }
                return change(desired, .resume, [Reason(.partsMissing, String(missing))])
            }
            return change(desired, .wait, [Reason(.converting, task.id)])
        case .completed:
            return change(desired, .wait, [Reason(.conversionDone, task.volumeID ?? task.id)])
        case .cancelling:
            return change(desired, .wait, [Reason(.cancelling, task.id)])
        case .cancelled:
            let message = task.statusMessage ?? "task \(task.id) was cancelled"
            return change(desired, .retry, [Reason(.taskCancelled, message)])
        }
    }

    private func changeOfRemoved(_ address: ImportAddress, _ record: ImportRecord) -> Change {
        let volumeID = record.phase.volumeID
        var reasons = [Reason(.notInConfiguration, volumeID)]
        var cancels: String?
        switch record.phase {
        case .converting(let conversion):
            if tasksByID[conversion.taskID]?.state == .active {
                cancels = conversion.taskID
            } else {
                reasons = [Reason(.notInConfiguration, "task \(conversion.taskID)")]
            }
        case .requested:
            reasons.append(Reason(.outcomeUnknown))
            let marker = record.marker
            cancels =
                evidence.tasks(of: marker.address).filter { $0.marker == marker && $0.state == .active }
                .map(\.id).min()
        case .staging, .failed, .completed, .settled, .rejected:
            break
        }
        if let task = cancels {
            reasons.append(Reason(options.cancelsRemoved ? .cancelsConversion : .keepsConverting, task))
        }
        return Change(
            address: address,
            action: .forget,
            reasons: reasons,
            recorded: Change.Recorded(record),
            generation: record.generation,
            cancels: options.cancelsRemoved ? cancels : nil
        )
    }

    /// The change as `--refresh-only` leaves it: what it takes to know the world is done, what would change it is not.
    private func deferred(_ change: Change) -> Change {
        switch change.action {
        case .adopt, .wait, .none: return change
        case .create, .resume, .retry, .replace, .update, .forget:
            var change = change
            change.reasons.insert(Reason(.deferred, change.action.rawValue), at: 0)
            change.action = .none
            change.cancels = nil
            return change
        }
    }

    private func differences(from record: ImportRecord, to desired: DesiredImport) -> [Reason] {
        let (old, new) = (record.subject, desired.subject)
        var reasons: [Reason] = []
        if old.image.digest != new.image.digest {
            reasons.append(Reason(.imageChanged, new.image.difference(from: old.image)))
        }
        if old.image.format != new.image.format {
            reasons.append(Reason(.formatChanged, "\(old.image.format.rawValue) → \(new.image.format.rawValue)"))
        }
        if old.zone != new.zone { reasons.append(Reason(.zoneChanged, "\(old.zone) → \(new.zone)")) }
        if old.volumeSize != new.volumeSize {
            reasons.append(Reason(.sizeChanged, "\(old.volumeSize) → \(new.volumeSize) GiB"))
        }
        if reasons.isEmpty {
            let fingerprints = "\(record.fingerprint.hex.prefix(12)) → \(desired.fingerprint.hex.prefix(12))"
            reasons.append(Reason(.fingerprintChanged, fingerprints))
        }
        return reasons
    }

    /// What stays of an import that another takes the place of.
    private func standing(_ record: ImportRecord) -> [Reason] {
        switch record.phase {
        case .staging, .failed: []
        case .requested: [Reason(.outcomeUnknown)]
        case .converting(let conversion): [Reason(.supersedesConversion, conversion.taskID)]
        case .completed(_, let volumeID), .settled(_, let volumeID), .rejected(_, let volumeID, _):
            [Reason(.volumeExists, volumeID)]
        }
    }

    private func change(
        _ desired: DesiredImport,
        _ action: Action,
        _ reasons: [Reason],
        task: String? = nil,
        volume: String? = nil,
        cancels: String? = nil
    ) -> Change {
        Change(
            address: desired.subject.address,
            action: action,
            reasons: reasons,
            desired: desired.subject,
            recorded: desired.record.map(Change.Recorded.init),
            generation: generation(of: desired, action),
            task: task,
            volume: volume,
            cancels: cancels
        )
    }
}
