import EC2Types
import Migration

/// Conversions that may be under way when a run begins and that it goes on with.
///
/// Each may still need parts in the staging, which its import manifest names. That must be known before the first part is
/// removed: the run itself learns which parts an image has only when it comes to it, and never if the image is gone.
struct ContinuedConversions: Sendable {
    /// The marker of each, under which its import manifest lies.
    let markers: [ImportAddress: TaskMarker]
    /// Whether there is one whose marker is not known. What it needs cannot be told.
    let hasUnknown: Bool

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - groups: The work of the run.
    ///   - state: The state at its beginning.
    ///   - listed: All conversion tasks.
    init(of groups: [ImageGroup], state: MigrationState, listed: [ConversionTask]) {
        let changes = groups.flatMap { group in group.changes.filter { group.continued.contains($0.address) } }
        let ids = Set(changes.compactMap { $0.task ?? state.imports[$0.address]?.phase.taskID })
        let tasks = Dictionary(listed.filter { ids.contains($0.id) }.map { ($0.id, $0) }) { first, _ in first }
        var markers: [ImportAddress: TaskMarker] = [:]
        var hasUnknown = false
        for change in changes {
            let record = state.imports[change.address]
            let task = (change.task ?? record?.phase.taskID).flatMap { tasks[$0] }
            if let task, task.state == .completed || task.state == .cancelled { continue }
            // What EC2 says of a task comes first: it alone knows one that is adopted.
            let recorded = change.action != .adopt && record?.isMarkerKnown == true ? record?.marker : nil
            let marker = task?.marker ?? recorded
            if let marker { markers[change.address] = marker } else { hasUnknown = true }
        }
        self.markers = markers
        self.hasUnknown = hasUnknown
    }
}
