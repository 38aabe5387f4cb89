import FoundationEssentials
import Logging
import Migration

extension Run {
    /// Looks among all conversion tasks for one that bears a marker.
    ///
    /// Nobody may call ImportVolume again before this has said that there is none. DescribeConversionTasks is eventually
    /// consistent, so a task that is not listed may be listed a moment later: the search goes on until the time set for
    /// reconciliation has passed since the call was intended.
    ///
    /// - Parameters:
    ///   - marker: The marker of the attempt.
    ///   - since: When the call was intended, in seconds since 1970.
    /// - Throws: `CancellationError` when the run stops.
    func search(for marker: TaskMarker, since: Int64) async throws -> ConversionStatus? {
        let elapsed = Duration.seconds(max(0, Int64(Date.now.timeIntervalSince1970) - since))
        let deadline = executor.clock.now.advanced(by: max(.zero, executor.options.reconciliation - elapsed))
        while true {
            if stop.isRequested { throw CancellationError() }
            do {
                let tasks = try await executor.service.conversions(ids: nil)
                let found = tasks.first { task in
                    task.description.flatMap(TaskMarker.init(description:)) == marker
                }
                if let found { return found }
                if executor.clock.now >= deadline { return nil }
            } catch {
                // Not knowing is no ground to call again: ask until there is an answer or the run is stopped.
                executor.logger.warning("cannot read the conversion tasks: \(error)")
            }
            try await executor.clock.sleep(
                until: executor.clock.now.advanced(by: executor.options.shortestPoll),
                tolerance: nil
            )
        }
    }
}
