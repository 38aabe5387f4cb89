import Hashing

/// Runs all tasks of a history on one thread, in an order that the seed chooses, on a time of its own.
///
/// What can run runs, one piece between two suspension points at a time, any of them next; only when nothing can run does
/// time go on to the next event. So one seed is one history.
///
/// `@unchecked Sendable`: everything is used by the one thread that calls ``run(_:)``. The concurrency runtime enqueues a
/// job either from that call or from a job that it runs, and every task of a history has this executor's preference, as
/// have the default actors that it calls.
package final class SeededScheduler: TaskExecutor, @unchecked Sendable {
    /// Why a history cannot go on.
    enum Failure: Error {
        /// Nothing can run, and nothing will happen.
        case deadlock
        /// It goes on for ever.
        case endless
    }

    private struct Event {
        var time: Int
        var order: Int
        var action: () -> Void
    }

    /// A history has a few thousand steps; one with so many has lost its way.
    private static let mostSteps = 400_000

    private(set) var now = VirtualInstant(milliseconds: 0)
    /// The number of steps so far.
    private(set) var steps = 0
    private var jobs: [UnownedJob] = []
    private var events: [Event] = []
    private var order = 0
    private var random: SeededGenerator
    /// Called before each step.
    var beforeStep: () -> Void = {}

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed ^ 0x5EED)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        jobs.append(UnownedJob(job))
    }

    /// Does something at a time, after what is to be done then already.
    func schedule(at time: VirtualInstant, _ action: @escaping () -> Void) {
        let event = Event(time: max(time.milliseconds, now.milliseconds), order: order, action: action)
        order += 1
        // The events are few, and the next is at the end.
        let index = events.lastIndex { ($0.time, $0.order) > (event.time, event.order) }
        events.insert(event, at: index.map { $0 + 1 } ?? 0)
    }

    /// Runs a body and everything it starts, until the body is done.
    func run(_ body: @escaping @Sendable () async -> Void) throws(Failure) {
        var isDone = false
        let finish = Unchecked { isDone = true }
        Task(executorPreference: self) {
            await body()
            finish.call()
        }
        while !isDone {
            steps += 1
            guard steps < Self.mostSteps else { throw .endless }
            beforeStep()
            if !jobs.isEmpty {
                let index = jobs.count == 1 ? 0 : random.below(jobs.count)
                jobs.swapAt(index, jobs.count - 1)
                jobs.removeLast().runSynchronously(on: asUnownedTaskExecutor())
            } else if let event = events.popLast() {
                now.milliseconds = event.time
                event.action()
            } else {
                throw .deadlock
            }
        }
    }
}

/// A call that stays on the scheduler's thread, though the type system cannot know.
///
/// `@unchecked Sendable`: see ``SeededScheduler``.
private struct Unchecked: @unchecked Sendable {
    let call: () -> Void
}
