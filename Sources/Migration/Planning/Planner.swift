import DiskImages
import Hashing

/// Computes what is to be done from what is wanted, what is recorded and what is there.
///
/// It is a pure function: total over every combination, the same output for the same input, and empty once a plan has
/// been applied.
package struct Planner: Sendable {
    /// Choices that change what a plan does.
    package struct Options: Codable, Hashable, Sendable {
        /// Whether volumes and tasks that are gone are imported again.
        package var recreatesMissing = false

        /// The default choices.
        package init(recreatesMissing: Bool = false) {
            self.recreatesMissing = recreatesMissing
        }
    }

    private let options: Options
    private let observed: ObservedWorld
    private let tasksByID: [String: ObservedTask]
    private let tasksByAddress: [UInt64: [ObservedTask]]

    private init(observed: ObservedWorld, options: Options) {
        self.options = options
        self.observed = observed
        tasksByID = Dictionary(observed.tasks.map { ($0.id, $0) }) { first, _ in first }
        tasksByAddress = Dictionary(grouping: observed.tasks, by: \.marker.address)
    }

    /// The plan.
    ///
    /// - Parameters:
    ///   - desired: What is wanted; addresses are unique.
    ///   - manifests: The migration manifests that say so.
    ///   - recorded: The state; `nil` if there is none yet.
    ///   - observed: What EC2 and S3 say.
    ///   - options: Choices that change what the plan does.
    package static func plan(
        desired: [VolumeImport],
        manifests: [Plan.ManifestDigest],
        recorded: MigrationState?,
        observed: ObservedWorld,
        options: Options = Options()
    ) -> Plan {
        let planner = Planner(observed: observed, options: options)
        let records = recorded?.imports ?? [:]
        var changes = desired.map { planner.change(for: $0, record: records[$0.address]) }
        let wanted = Set(desired.map(\.address))
        for (address, record) in records where !wanted.contains(address) {
            let kept = record.phase.volumeID ?? record.phase.taskID
            changes.append(planner.change(address, nil, record, .forget, [Reason(.notDesired, kept)]))
        }
        changes.sort { $0.address < $1.address }
        return Plan(
            lineage: recorded?.lineage,
            serial: recorded?.serial ?? 0,
            manifests: manifests,
            changes: changes,
            unmarkedTasks: observed.unmarkedTasks
        )
    }

    private func change(for desired: VolumeImport, record: ImportRecord?) -> Change {
        guard let record else { return changeOfUnrecorded(desired) }
        let make = { (action: Action, reasons: [Reason]) in
            change(desired.address, desired, record, action, reasons)
        }
        guard record.fingerprint == desired.fingerprint else {
            // What the address stood for before may be wanted again: its volume is there, or being made.
            if let task = liveTask(of: desired) {
                let reasons = [Reason(.taskFound, task.id)] + differences(from: record, to: desired)
                return change(desired.address, desired, record, .adopt, reasons, task: task.id)
            }
            return make(.replace, differences(from: record, to: desired))
        }
        switch record.phase {
        case .staging:
            if let task = liveTask(of: desired) {
                return change(desired.address, desired, record, .adopt, [Reason(.taskFound, task.id)], task: task.id)
            }
            return make(.resume, [Reason(.stagingBegun)])
        case .requested:
            return make(.resume, [Reason(.outcomeUnknown)])
        case .converting(let conversion):
            return changeOfConverting(desired, record, conversion)
        case .completed(_, let volumeID), .settled(_, let volumeID):
            guard observed.volumes.contains(volumeID) else {
                let missing = Reason(.volumeMissing, volumeID)
                return options.recreatesMissing
                    ? make(.create, [missing, Reason(.recreating)]) : make(.none, [missing])
            }
            if case .completed = record.phase { return make(.wait, [Reason(.unsettled, volumeID)]) }
            return make(.none, [Reason(.volumeExists, volumeID)])
        case .failed(let taskID, let message):
            if let task = liveTask(of: desired), task.id != taskID {
                return change(desired.address, desired, record, .adopt, [Reason(.taskFound, task.id)], task: task.id)
            }
            return make(.retry, [Reason(.attemptFailed, message)])
        }
    }

    private func changeOfUnrecorded(_ desired: VolumeImport) -> Change {
        guard let task = liveTask(of: desired) else {
            return change(desired.address, desired, nil, .create, [Reason(.notImported)])
        }
        return change(desired.address, desired, nil, .adopt, [Reason(.taskFound, task.id)], task: task.id)
    }

    private func changeOfConverting(_ desired: VolumeImport, _ record: ImportRecord, _ conversion: Conversion) -> Change
    {
        let make = { (action: Action, reasons: [Reason]) in
            change(desired.address, desired, record, action, reasons)
        }
        guard let task = tasksByID[conversion.taskID] else {
            // EC2 forgets tasks after some time, done ones too: to import again could make a second volume.
            let missing = Reason(.taskMissing, conversion.taskID)
            return options.recreatesMissing ? make(.create, [missing, Reason(.recreating)]) : make(.none, [missing])
        }
        switch task.state {
        case .active:
            if let missing = observed.missingParts[desired.address], missing > 0 {
                return make(.resume, [Reason(.partsMissing, String(missing))])
            }
            return make(.wait, [Reason(.converting, task.id)])
        case .completed:
            return make(.wait, [Reason(.conversionDone, task.volumeID ?? task.id)])
        case .cancelling:
            return make(.wait, [Reason(.cancelling, task.id)])
        case .cancelled:
            return make(.retry, [Reason(.taskCancelled, task.statusMessage ?? "task \(task.id) was cancelled")])
        }
    }

    /// The task of this import that is under way or made a volume that exists; the latest attempt if there are several.
    private func liveTask(of desired: VolumeImport) -> ObservedTask? {
        let marker = TaskMarker(address: desired.address, fingerprint: desired.fingerprint, attempt: 1)
        return tasksByAddress[marker.address, default: []]
            .filter { task in
                guard task.marker.fingerprint == marker.fingerprint else { return false }
                return switch task.state {
                case .active: true
                case .completed: task.volumeID.map(observed.volumes.contains) ?? false
                case .cancelling, .cancelled: false
                }
            }
            .max { ($0.marker.attempt, $0.id) < ($1.marker.attempt, $1.id) }
    }

    private func differences(from record: ImportRecord, to desired: VolumeImport) -> [Reason] {
        let (old, new) = (record.subject, desired)
        var reasons: [Reason] = []
        if old.image.digest != new.image.digest {
            let digests = "\(old.image.digest.hex.prefix(12)) → \(new.image.digest.hex.prefix(12))"
            reasons.append(Reason(.imageChanged, digests))
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
            reasons.append(Reason(.imageChanged, fingerprints))
        }
        switch record.phase {
        case .staging, .failed: break
        case .requested: reasons.append(Reason(.outcomeUnknown))
        case .converting(let conversion): reasons.append(Reason(.supersedesConversion, conversion.taskID))
        case .completed(_, let volumeID), .settled(_, let volumeID): reasons.append(Reason(.volumeExists, volumeID))
        }
        return reasons
    }

    private func change(
        _ address: ImportAddress,
        _ desired: VolumeImport?,
        _ record: ImportRecord?,
        _ action: Action,
        _ reasons: [Reason],
        task: String? = nil
    ) -> Change {
        Change(
            address: address,
            action: action,
            reasons: reasons,
            desired: desired,
            recorded: record.map(Change.Recorded.init),
            task: task
        )
    }
}
