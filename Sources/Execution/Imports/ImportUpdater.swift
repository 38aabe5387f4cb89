import Migration
import StateStore

/// Changes the tags of settled volumes.
struct ImportUpdater: Sendable {
    /// The most updates in progress at a time: EC2 throttles requests that change something.
    private static let mostUpdates = 4

    private let environment: ExecutionEnvironment

    init(_ environment: ExecutionEnvironment) {
        self.environment = environment
    }

    /// Performs the updates of a plan.
    ///
    /// - Throws: An error of the state.
    func update(_ changes: [Change]) async throws -> [ImportOutcome] {
        let updates = changes.filter { $0.action == .update }
        guard !updates.isEmpty else { return [] }
        var remaining = updates.makeIterator()
        return try await withThrowingTaskGroup(of: ImportOutcome.self) { tasks in
            func begin() {
                guard let change = remaining.next(), let desired = change.desired else { return }
                tasks.addTask { ImportOutcome(address: change.address, end: try await update(desired)) }
            }
            for _ in 0..<Self.mostUpdates { begin() }
            var outcomes: [ImportOutcome] = []
            while let outcome = try await tasks.next() {
                if case .failed(let message) = outcome.end {
                    environment.report(.failed(outcome.address, message: message))
                }
                outcomes.append(outcome)
                begin()
            }
            return outcomes
        }
    }

    /// The volume of a settled import, or of one that was renamed and waits for its tags.
    private static func volume(of record: ImportRecord) -> String? {
        switch record.phase {
        case .settled(_, let volumeID), .completed(_, let volumeID): volumeID
        case .staging, .requested, .converting, .failed, .rejected: nil
        }
    }

    /// Writes the tags of one volume: ferry's own and the user's. Keys that ferry wrote and the manifest no longer has are
    /// removed; tags of others stay.
    private func update(_ desired: VolumeImport) async throws -> ImportOutcome.End {
        if environment.stop.isRequested { return .unfinished }
        guard let record = await environment.session[desired.address], let volumeID = Self.volume(of: record) else {
            return .failed(message: "the import is not settled; plan again")
        }
        let subject = desired.staged(as: record.subject)
        let removed = Set(record.subject.tags.keys).subtracting(desired.tags.keys)
        var written = VolumeTags.tags(of: record.with(subject: subject), volumeID: volumeID, isNew: false)
        if removed.contains(VolumeTags.name) { written[VolumeTags.name] = desired.address.image }
        let service = environment.service
        do throws(ServiceError) {
            // First, or the old and the new tags together could be more than EC2 allows.
            let keys = removed.subtracting([VolumeTags.name]).sorted()
            if !keys.isEmpty { try await service.untag(volumeID: volumeID, keys: keys) }
            try await service.tag(volumeID: volumeID, tags: written)
        } catch {
            return .failed(message: "the tags of volume \(volumeID) cannot be changed: \(error)")
        }
        if case .completed = record.phase { try await environment.session.record(.settled, of: desired.address) }
        try await environment.session.record(.updated(subject), of: desired.address)
        environment.report(.settled(desired.address, volumeID: volumeID))
        return .completed(volumeID: volumeID)
    }
}
