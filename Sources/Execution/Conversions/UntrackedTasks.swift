import EC2Types
import Migration

/// The conversions that may be active when a run starts and that none of its changes continues: those of imports outside
/// the plan, of superseded imports, and of other migrations.
struct UntrackedTasks: Sendable {
    /// The tasks of the run's and the state's own imports. Each holds a conversion slot.
    let tasks: [String]
    /// The markers of all listed ones. Each may still need parts in the staging.
    let markers: [TaskMarker]
    /// The tasks that EC2 does not list yet, or no longer.
    let unlisted: [String]
    /// Whether a task is unlisted, or may exist without a known id. The parts that it needs are unknown.
    let hasUnlisted: Bool
    /// The imports that adopt a task although an earlier call of theirs has no recorded answer. That call may have made
    /// another task, which holds a slot.
    let unanswered: Set<ImportAddress>
    /// The markers of calls of imports outside the plan that have no recorded answer, and whose tasks EC2 does not list.
    /// Each may have made a task, which holds a slot.
    let unlistedCalls: Set<TaskMarker>

    /// What the state says about its tasks.
    private struct Recorded {
        /// The tasks that may be active and that no change continues.
        var expected: Set<String> = []
        /// The tasks that changes continue.
        var continued: Set<String> = []
        /// The markers of calls whose answers are not recorded. The import of each has a slot for its task.
        var sought: Set<TaskMarker> = []
        /// The markers of such calls of imports outside the plan.
        var unlistedCalls: Set<TaskMarker> = []
        /// The imports among these that adopt a task, by the id of that task.
        var adopting: [String: ImportAddress] = [:]
        var hasUnknown = false
    }

    /// Finds the untracked tasks.
    ///
    /// - Parameters:
    ///   - groups: The work of the run.
    ///   - state: The state at its start.
    ///   - listed: All conversion tasks.
    init(besides groups: [ImageGroup], state: MigrationState, listed: [ConversionTask]) {
        let changes = groups.flatMap(\.changes)
        // Addresses that are new to the state count too: an earlier record may have been lost or forgotten.
        let own = Set((state.imports.keys.map(\.self) + changes.map(\.address)).map(TaskMarker.hash))
        var recorded = Self.recorded(groups, changes, state)
        var tasks: [String] = []
        var markers: [TaskMarker] = []
        for task in listed {
            if let address = recorded.adopting[task.id], task.marker == state.imports[address]?.marker {
                // The call made the task that is adopted.
                recorded.adopting[task.id] = nil
            }
            if let marker = task.marker { recorded.unlistedCalls.remove(marker) }
            let wasExpected = recorded.expected.remove(task.id) != nil
            guard task.state == .active || task.state == .cancelling, !recorded.continued.contains(task.id) else {
                continue
            }
            // The task of a call whose answer is not recorded is the import's own, and its parts are counted with the
            // import. Counted here too, they would never be removed.
            let isSought = task.marker.map(recorded.sought.contains) ?? false
            if let marker = task.marker, !isSought { markers.append(marker) }
            let isOwn = task.marker.map { own.contains($0.address) } ?? false
            if wasExpected || isOwn && !isSought { tasks.append(task.id) }
        }
        unlisted = recorded.expected.sorted()
        self.tasks = tasks + unlisted
        self.markers = markers
        unlistedCalls = recorded.unlistedCalls
        hasUnlisted = recorded.hasUnknown || !recorded.expected.isEmpty || !unlistedCalls.isEmpty
        unanswered = Set(recorded.adopting.values)
    }

    private static func recorded(_ groups: [ImageGroup], _ changes: [Change], _ state: MigrationState) -> Recorded {
        let inRun = groups.reduce(into: Set<ImportAddress>()) { $0.formUnion($1.continued) }
        let holdingSlots = groups.reduce(into: Set<ImportAddress>()) { $0.formUnion($1.converting) }
        var adopted: [ImportAddress: String] = [:]
        for change in changes { if let task = change.task { adopted[change.address] = task } }
        var recorded = Recorded(continued: Set(adopted.values))
        for (address, record) in state.imports {
            switch record.phase {
            case .converting(let conversion):
                // An adopted task supersedes the recorded one.
                let continues = inRun.contains(address) && adopted[address] ?? conversion.taskID == conversion.taskID
                if continues {
                    recorded.continued.insert(conversion.taskID)
                } else {
                    recorded.expected.insert(conversion.taskID)
                }
            case .requested:
                if let adopted = adopted[address] {
                    recorded.sought.insert(record.marker)
                    recorded.adopting[adopted] = address
                    recorded.hasUnknown = true
                } else if holdingSlots.contains(address) {
                    recorded.sought.insert(record.marker)
                    // A replacement does not continue the call.
                    if !inRun.contains(address) { recorded.hasUnknown = true }
                } else {
                    recorded.unlistedCalls.insert(record.marker)
                }
            case .staging, .completed, .settled, .failed, .rejected:
                break
            }
            recorded.expected.formUnion(record.superseded.filter(\.mayBeConverting).compactMap(\.taskID))
        }
        return recorded
    }
}
