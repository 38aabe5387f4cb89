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

    private let options: Options
    private let replacements: Set<ImportAddress>
    private let observed: ObservedState
    /// The tasks that records say are converting, by id: of a long list most are done.
    private let tasksByID: [String: ConversionTask]
    /// The indices of the tasks with a marker, sorted by the address in it.
    private let tasksByAddress: [Int]

    private init(observed: ObservedState, records: [ImportAddress: ImportRecord], options: Options) {
        self.options = options
        self.observed = observed
        replacements = Set(options.replacements)
        var converting: Set<String> = []
        for record in records.values {
            if case .converting(let conversion) = record.phase { converting.insert(conversion.taskID) }
        }
        let tasks = observed.tasks
        let named = converting.isEmpty ? [] : tasks.filter { converting.contains($0.id) }
        tasksByID = Dictionary(named.map { ($0.id, $0) }) { first, _ in first }
        tasksByAddress = tasks.indices.filter { tasks[$0].marker != nil }
            .sorted { Self.address(of: tasks[$0]) < Self.address(of: tasks[$1]) }
    }

    /// The address in the marker of a task that has one.
    private static func address(of task: ConversionTask) -> UInt64 { task.marker?.address ?? 0 }

    /// The tasks whose marker has an address.
    private func tasks(of address: UInt64) -> [ConversionTask] {
        var (low, high) = (0, tasksByAddress.count)
        while low < high {
            let middle = (low + high) / 2
            let found = Self.address(of: observed.tasks[tasksByAddress[middle]])
            if found < address { low = middle + 1 } else { high = middle }
        }
        return tasksByAddress[low...].lazy.map { observed.tasks[$0] }.prefix { $0.marker?.address == address }
    }

    /// The plan.
    ///
    /// - Parameters:
    ///   - desired: What is wanted; of several of one address the first counts.
    ///   - manifests: The migration manifests that say so.
    ///   - recorded: The state; `nil` if there is none yet.
    ///   - observed: What EC2 and S3 say.
    ///   - options: Choices that change what the plan does.
    ///   - limits: How much is done at once, for the estimate.
    package static func plan(
        desired: [VolumeImport],
        manifests: [Plan.ManifestDigest],
        recorded: MigrationState?,
        observed: ObservedState,
        options: Options = Options(),
        limits: PlanLimits = PlanLimits()
    ) -> Plan {
        let records = recorded?.imports ?? [:]
        let planner = Planner(observed: observed, records: records, options: options)
        var changes: [Change] = []
        changes.reserveCapacity(max(desired.count, records.count))
        var (unselected, met) = (0, 0)
        var last: ImportAddress?
        for item in inOrder(desired) where item.address != last {
            last = item.address
            let record = records[item.address]
            if record != nil { met += 1 }
            guard options.selects(item.address) else {
                unselected += 1
                continue
            }
            changes.append(planner.change(for: item, record: record))
        }
        if met < records.count {
            let wanted = Set(desired.lazy.map(\.address))
            for (address, record) in records where !wanted.contains(address) {
                guard options.selects(address) else {
                    unselected += 1
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

    private func change(for desired: VolumeImport, record: ImportRecord?) -> Change {
        let fingerprint = desired.fingerprint
        guard let record else { return changeOfUnrecorded(desired, fingerprint) }
        let make = { (action: Action, reasons: [Reason]) in
            change(desired.address, desired, record, action, reasons)
        }
        guard record.fingerprint == fingerprint else {
            // What the address stood for before may be wanted again. Its volume is there, or being made: a second one of
            // the same image for the same address is never made.
            if let task = liveTask(of: desired, fingerprint, besides: nil) { return adopting(task, desired, record) }
            return make(.replace, differences(from: record, to: desired, fingerprint) + standing(record))
        }
        if replacements.contains(desired.address), record.phase.taskID != nil, record.phase.name != .failed {
            return make(.replace, [Reason(.replacementRequested)] + standing(record))
        }
        switch record.phase {
        case .staging:
            if let task = liveTask(of: desired, fingerprint, besides: record) { return adopting(task, desired, record) }
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
        case .failed(_, let message):
            if let task = liveTask(of: desired, fingerprint, besides: record) { return adopting(task, desired, record) }
            return make(.retry, [Reason(.attemptFailed, message)])
        }
    }

    private func changeOfUnrecorded(_ desired: VolumeImport, _ fingerprint: SHA256Digest) -> Change {
        guard let task = liveTask(of: desired, fingerprint, besides: nil) else {
            return change(desired.address, desired, nil, .create, [Reason(.notImported)])
        }
        return adopting(task, desired, nil)
    }

    private func adopting(_ task: ConversionTask, _ desired: VolumeImport, _ record: ImportRecord?) -> Change {
        var reasons = [Reason(.taskFound, task.id)]
        // A volume nobody has on record must not be made a second time because somebody asked for another.
        if replacements.contains(desired.address) { reasons.append(Reason(.replacementLater)) }
        return change(desired.address, desired, record, .adopt, reasons, task: task.id)
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
                // The time limits the upload alone: with all parts there, EC2 goes on.
                guard task.expiration?.hasPassed(at: observed.time) != true else {
                    return change(
                        desired.address,
                        desired,
                        record,
                        .retry,
                        [Reason(.taskExpired, task.expiration?.text ?? ""), Reason(.cancelsConversion, task.id)],
                        cancels: task.id
                    )
                }
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
                tasks(of: marker.address).filter { $0.marker == marker && $0.state == .active }
                .map(\.id).min()
        case .staging, .failed, .completed, .settled:
            break
        }
        if let task = cancels {
            reasons.append(Reason(options.cancelsRemoved ? .cancelsConversion : .keepsConverting, task))
        }
        return change(
            address,
            nil,
            record,
            .forget,
            reasons,
            cancels: options.cancelsRemoved ? cancels : nil
        )
    }

    /// The change as `--refresh-only` leaves it: what it takes to know the world is done, what would change it is not.
    private func deferred(_ change: Change) -> Change {
        switch change.action {
        case .adopt, .wait, .none: return change
        case .create, .resume, .retry, .replace, .forget:
            var change = change
            change.reasons.insert(Reason(.deferred, change.action.rawValue), at: 0)
            change.action = .none
            change.cancels = nil
            return change
        }
    }

    /// The task of this import that is under way or made a volume that exists; the latest attempt if there are several.
    ///
    /// What the record knows of is not looked for: its own task failed, and those that were superseded were so on purpose.
    private func liveTask(
        of desired: VolumeImport,
        _ fingerprint: SHA256Digest,
        besides record: ImportRecord?
    ) -> ConversionTask? {
        guard !tasksByAddress.isEmpty else { return nil }
        let marker = TaskMarker(address: desired.address, fingerprint: fingerprint, attempt: 1)
        return tasks(of: marker.address)
            .filter { task in
                guard
                    task.marker?.fingerprint == marker.fingerprint,
                    task.id != record?.phase.taskID,
                    record?.superseded.contains(where: { $0.taskID == task.id }) != true
                else { return false }
                return switch task.state {
                case .active: true
                case .completed: task.volumeID.map(observed.volumes.contains) ?? false
                case .cancelling, .cancelled: false
                }
            }
            .max { ($0.marker?.attempt ?? 0, $0.id) < ($1.marker?.attempt ?? 0, $1.id) }
    }

    private func differences(
        from record: ImportRecord,
        to new: VolumeImport,
        _ fingerprint: SHA256Digest
    ) -> [Reason] {
        let old = record.subject
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
            let fingerprints = "\(record.fingerprint.hex.prefix(12)) → \(fingerprint.hex.prefix(12))"
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
        case .completed(_, let volumeID), .settled(_, let volumeID): [Reason(.volumeExists, volumeID)]
        }
    }

    private func change(
        _ address: ImportAddress,
        _ desired: VolumeImport?,
        _ record: ImportRecord?,
        _ action: Action,
        _ reasons: [Reason],
        task: String? = nil,
        cancels: String? = nil
    ) -> Change {
        Change(
            address: address,
            action: action,
            reasons: reasons,
            desired: desired,
            recorded: record.map(Change.Recorded.init),
            task: task,
            cancels: cancels
        )
    }
}
