import EC2Types
import Migration

/// The conversions that may be active when a run starts and that its changes continue.
///
/// Each may still need parts in the staging, which its import manifest lists. That must be known before the first part is
/// removed: the run learns the parts of an image only when it stages it, and never if the image is gone.
struct ResumedTasks: Sendable {
    /// The marker of each, which locates its import manifest.
    let markers: [ImportAddress: TaskMarker]
    /// Whether the marker of any is unknown, and so the parts that it needs.
    let hasUnknown: Bool

    /// Finds the resumed tasks.
    ///
    /// - Parameters:
    ///   - groups: The work of the run.
    ///   - state: The state at its start.
    ///   - listed: All conversion tasks, by id.
    init(of groups: [ImageGroup], state: MigrationState, listed: [String: ConversionTask]) {
        var markers: [ImportAddress: TaskMarker] = [:]
        var hasUnknown = false
        for change in groups.flatMap({ group in group.changes.filter { group.continued.contains($0.address) } }) {
            let record = state.imports[change.address]
            let task = (change.task ?? record?.phase.taskID).flatMap { listed[$0] }
            if let task, task.state == .completed || task.state == .cancelled { continue }
            // The listed task takes precedence: only it knows the marker of a task that is adopted.
            let recorded = change.action != .adopt && record?.isMarkerKnown == true ? record?.marker : nil
            if let marker = task?.marker ?? recorded { markers[change.address] = marker } else { hasUnknown = true }
        }
        self.markers = markers
        self.hasUnknown = hasUnknown
    }
}
