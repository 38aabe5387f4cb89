import EC2Types
import Logging

/// Waits for the tasks of calls that were made for imports outside the plan, have no recorded answer, and were not listed
/// when the run started.
///
/// Each call holds a conversion slot until its task has ended, or until it could no longer appear.
struct UnlistedCalls<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    private let context: RunContext<ClockType>

    /// Watches the calls of a run.
    init(_ context: RunContext<ClockType>) {
        self.context = context
    }

    /// Runs until the outcome of each call is known, or the task is canceled.
    func run() async {
        let (clock, options) = (context.clock, context.environment.options)
        var waiting = context.tasks.untracked.unlistedCalls
        // The calls were made before the run began.
        let end = context.runBegan.advanced(by: .seconds(options.times.takeover))
        while !waiting.isEmpty {
            let pause = clock.now.advanced(by: options.longestPoll)
            guard (try? await clock.sleep(until: pause, tolerance: nil)) != nil else { return }
            do throws(ServiceError) {
                let snapshot = try await context.listing.snapshot(since: clock.now, includesVolumes: false)
                for marker in waiting {
                    if let task = snapshot.task(of: marker) {
                        await release(task)
                    } else if snapshot.began >= end {
                        context.conversions.signal()
                    } else {
                        continue
                    }
                    waiting.remove(marker)
                }
            } catch {
                guard !Task.isCancelled else { return }
                context.logger.warning("cannot read the conversion tasks: \(error)")
            }
        }
    }

    private func release(_ task: ConversionTask) async {
        switch task.state {
        case .active, .cancelling: await context.releaseSlot(whenEnded: task.id)
        case .cancelled, .completed: context.conversions.signal()
        }
    }
}
