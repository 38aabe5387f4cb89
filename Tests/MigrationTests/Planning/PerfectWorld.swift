import Migration

@testable import EC2Types

/// A model of EC2 and of a run in which all goes well: what is planned is done at once, and every conversion ends in a
/// volume.
struct PerfectWorld {
    var state = MigrationState(lineage: "test", serial: 1)
    var observed = ObservedState(time: 1 << 32)
    private var count = 0

    /// Records a step. A step that does not follow from the record is a defect of the planner, the state or the model.
    private(set) var illegalSteps: [String] = []

    mutating func take(_ step: StateEvent.Step, of address: ImportAddress) {
        do {
            try state.apply(StateEvent(time: 1, address: address, step: step))
        } catch {
            illegalSteps.append(error.description)
        }
    }

    mutating func newTask(
        of subject: VolumeImport,
        generation: Int = 1,
        attempt: Int,
        state: ConversionTask.State
    ) -> String {
        count += 1
        let marker = TaskMarker(
            address: subject.address,
            fingerprint: subject.fingerprint,
            generation: generation,
            attempt: attempt
        )
        observed.tasks.append(ConversionTask(id: "import-vol-\(count)", state: state, marker: marker))
        return "import-vol-\(count)"
    }

    /// Ends a task; a completed one gets its volume, which is there.
    @discardableResult
    mutating func end(_ taskID: String, as state: ConversionTask.State) -> String {
        let volumeID = "vol-of-\(taskID)"
        guard let index = observed.tasks.firstIndex(where: { $0.id == taskID }) else { return volumeID }
        observed.tasks[index].state = state
        if state == .completed {
            if observed.tasks[index].volumeID == nil { observed.volumes.insert(volumeID) }
            observed.tasks[index].volumeID = volumeID
        }
        return volumeID
    }

    mutating func changeLastTask(_ random: inout SeededGenerator) {
        guard let id = observed.tasks.last?.id else { return }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: end(id, as: .completed)
        case 1: end(id, as: .cancelled)
        case 2: end(id, as: .cancelling)
        case 3: observed.tasks[observed.tasks.count - 1].expiration = TaskExpiration("2026-11-24T00:30Z")
        case 4: observed.tasks.removeLast()
        default: break
        }
    }

    /// Does what a plan says.
    mutating func apply(_ plan: Plan) {
        for change in plan.changes {
            if let task = change.cancels { end(task, as: .cancelled) }
            switch change.action {
            case .none: continue
            case .forget: take(.forgotten, of: change.address)
            case .update:
                guard let desired = change.desired else { continue }
                take(.updated(desired), of: change.address)
            case .create, .resume, .wait, .retry, .replace, .adopt:
                guard let desired = change.desired else { continue }
                begin(change, desired)
                finish(desired)
            }
        }
    }

    private mutating func begin(_ change: Change, _ desired: VolumeImport) {
        let address = change.address
        switch (change.action, state.imports[address]?.phase) {
        case (.adopt, _):
            guard let task = observed.tasks.first(where: { $0.id == change.task }) else { return }
            take(
                .adopted(
                    desired,
                    generation: change.generation,
                    attempt: task.marker?.attempt ?? 0,
                    taskID: task.id,
                    expiration: nil
                ),
                of: address
            )
        case (.resume, .requested), (.resume, .converting), (.wait, _): break
        case (.resume, .staging) where state.imports[address]?.subject == desired: break
        default: take(.began(desired, generation: change.generation), of: address)
        }
    }

    /// Takes an import to its end; what ends without a volume is begun again.
    private mutating func finish(_ desired: VolumeImport) {
        let address = desired.address
        observed.missingParts[address] = nil
        while let record = state.imports[address] {
            switch record.phase {
            case .staging:
                let attempt = record.attempts + 1
                take(.requested(attempt: attempt), of: address)
                _ = newTask(of: record.subject, generation: record.generation, attempt: attempt, state: .active)
            case .requested:
                if let task = observed.tasks.first(where: { $0.marker == record.marker }) {
                    take(.submitted(attempt: record.attempts, taskID: task.id, expiration: nil), of: address)
                } else {
                    take(.abandoned(attempt: record.attempts, reason: "no task"), of: address)
                }
            case .converting(let conversion):
                switch observed.tasks.first(where: { $0.id == conversion.taskID })?.state {
                case .active, .completed:
                    let volumeID = end(conversion.taskID, as: .completed)
                    take(.completed(taskID: conversion.taskID, volumeID: volumeID), of: address)
                case .cancelling, .cancelled, nil:
                    take(.failed(taskID: conversion.taskID, message: "cancelled"), of: address)
                }
            case .failed: take(.began(desired, generation: record.generation), of: address)
            case .completed: take(.settled, of: address)
            case .settled, .rejected: return
            }
            if !illegalSteps.isEmpty { return }
        }
    }
}
