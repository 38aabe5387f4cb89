import EC2Types
import Migration

/// Conversions that may be under way when a run begins and that no change of it goes on with: of imports outside the plan,
/// of what was superseded while it was converting, of other migrations.
struct OtherConversions: Sendable {
    /// The tasks of the run's and the state's own imports: each holds one of the conversion slots.
    let tasks: [String]
    /// The markers of all of them that EC2 lists: each may still need parts in the staging.
    let markers: [TaskMarker]
    /// The tasks among them that EC2 does not list yet, or not any more.
    let unlisted: [String]
    /// Whether there is one that EC2 does not list, or may be one of which no task is known. What it needs cannot be told.
    let hasUnlisted: Bool

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - groups: The work of the run.
    ///   - state: The state at its beginning.
    ///   - listed: All conversion tasks.
    init(than groups: [ImageGroup], state: MigrationState, listed: [ConversionTask]) {
        let inRun = groups.reduce(into: Set<ImportAddress>()) { $0.formUnion($1.continued) }
        // Also of addresses that are new to the state: an earlier one may have been lost or forgotten.
        let addresses = state.imports.keys.map(\.self) + groups.flatMap { $0.changes.map(\.address) }
        let own = Set(addresses.map(TaskMarker.hash))
        var adopted: [ImportAddress: String] = [:]
        for change in groups.flatMap(\.changes) { if let task = change.task { adopted[change.address] = task } }
        var expected: Set<String> = []
        var continued: Set<String> = []
        var sought: Set<TaskMarker> = []
        var hasUnknown = false
        for (address, record) in state.imports {
            switch record.phase {
            // What is adopted takes the place of what the record has.
            case .converting(let conversion)
            where inRun.contains(address) && adopted[address] ?? conversion.taskID == conversion.taskID:
                continued.insert(conversion.taskID)
            case .converting(let conversion): expected.insert(conversion.taskID)
            case .requested where adopted[address] != nil: hasUnknown = true
            case .requested:
                sought.insert(record.marker)
                if !inRun.contains(address) { hasUnknown = true }
            case .staging, .completed, .settled, .failed: break
            }
            for earlier in record.superseded where earlier.mayBeConverting {
                if let taskID = earlier.taskID { expected.insert(taskID) }
            }
        }
        continued.formUnion(adopted.values)
        var tasks: [String] = []
        var markers: [TaskMarker] = []
        for status in listed {
            let wasExpected = expected.remove(status.id) != nil
            guard status.state == .active || status.state == .cancelling else { continue }
            guard !continued.contains(status.id) else { continue }
            let marker = status.marker
            if let marker { markers.append(marker) }
            // The task of a call whose answer is not recorded is found by its import, which has a slot for it.
            let isOwn = marker.map { own.contains($0.address) && !sought.contains($0) } ?? false
            if wasExpected || isOwn { tasks.append(status.id) }
        }
        unlisted = expected.sorted()
        self.tasks = tasks + unlisted
        self.markers = markers
        hasUnlisted = hasUnknown || !expected.isEmpty
    }
}
