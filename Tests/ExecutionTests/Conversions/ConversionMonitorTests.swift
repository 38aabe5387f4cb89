import DiskImages
import EC2Types
import Hashing
import Logging
import Migration
import Synchronization
import Testing

@testable import Execution

@Suite("Conversion monitor")
struct ConversionMonitorTests {
    private let clock = InstantClock()
    private let stop = StopSignal()
    private let item = MachineSamples.subject

    private var marker: TaskMarker {
        TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: 1)
    }

    /// The reported states of a task.
    private final class States: Sendable {
        private let states = Mutex<[ConversionTask.State]>([])
        var all: [ConversionTask.State] { states.withLock { $0 } }
        func add(_ state: ConversionTask.State) { states.withLock { $0.append(state) } }
    }

    /// Polls until the body returns.
    private func polling<Result: Sendable>(
        _ cloud: ScriptedCloud,
        _ body: (ConversionMonitor<InstantClock>) async throws -> Result
    ) async rethrows -> Result {
        let monitor = ConversionMonitor(
            service: cloud,
            clock: clock,
            pace: .init(shortest: .seconds(1), longest: .seconds(8), listConsistencyTimeout: .seconds(60)),
            stop: stop,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let polls = Task { await monitor.run() }
        let result = try await body(monitor)
        polls.cancel()
        await polls.value
        return result
    }

    @Test("a completed task ends with its volume, a canceled one with EC2's message, after each was reported")
    func ends() async {
        let cloud = ScriptedCloud { cloud, number in
            if number == 3 { cloud.complete("task-1") }
            if number == 5 { cloud.cancel("task-2") }
        }
        cloud.begin("task-1", item, parts: [])
        cloud.begin("task-2", item, attempt: 2, parts: [])
        let states = States()
        let (first, second) = await polling(cloud) { monitor in
            async let first = monitor.end(of: "task-1") { states.add($0.state) }
            async let second = monitor.end(of: "task-2") { _ in }
            return await (first, second)
        }
        if case .completed("vol-of-task-1") = first {} else { Issue.record("\(first)") }
        if case .cancelled("the task was cancelled") = second {} else { Issue.record("\(second)") }
        // A task is reported once for each change.
        #expect(states.all == [.active, .completed])
    }

    @Test("a task that EC2 does not list vanishes after the list consistency timeout, not before")
    func vanished() async {
        let end = await polling(ScriptedCloud { _, _ in }) { await $0.end(of: "task-1") { _ in } }
        if case .vanished = end {} else { Issue.record("\(end)") }
        #expect(clock.now.elapsed > .seconds(60))
    }

    @Test("a task that is listed again in time does not vanish")
    func listedAgain() async {
        let clock = clock
        let hidden = Mutex<Duration?>(nil)
        let cloud = ScriptedCloud { cloud, number in
            if number == 2 {
                cloud.hide("task-1", true)
                hidden.withLock { $0 = clock.now.elapsed }
            }
            guard let since = hidden.withLock({ $0 }) else { return }
            if clock.now.elapsed - since > .seconds(40) { cloud.hide("task-1", false) }
            if clock.now.elapsed - since > .seconds(80) { cloud.complete("task-1") }
        }
        cloud.begin("task-1", item, parts: [])
        let end = await polling(cloud) { await $0.end(of: "task-1") { _ in } }
        if case .completed = end {} else { Issue.record("\(end)") }
    }

    @Test("the interval grows while nothing changes, up to the longest")
    func pace() async {
        let clock = clock
        let times = Mutex<[Duration]>([])
        let cloud = ScriptedCloud { cloud, number in
            times.withLock { $0.append(clock.now.elapsed) }
            if number == 12 { cloud.complete("task-1") }
        }
        cloud.begin("task-1", item, parts: [])
        _ = await polling(cloud) { await $0.end(of: "task-1") { _ in } }
        let intervals = times.withLock { zip($0.dropFirst(), $0).map { $0 - $1 } }
        #expect(intervals.first == .seconds(1))
        #expect(intervals.last == .seconds(8))
        #expect(intervals == intervals.sorted())
    }

    @Test("a stop releases every waiter, and so does the end of the polls")
    func stopped() async {
        let stop = stop
        let cloud = ScriptedCloud { _, number in if number == 3 { stop.request() } }
        cloud.begin("task-1", item, attempt: 2, parts: [])
        let monitor = await polling(cloud) { monitor in
            async let end = monitor.end(of: "task-1") { _ in }
            if case .stopped = await end {} else { Issue.record("the task was not released") }
            return monitor
        }
        if case .stopped = await monitor.end(of: "task-1", progress: { _ in }) {} else { Issue.record("not over") }
    }
}
