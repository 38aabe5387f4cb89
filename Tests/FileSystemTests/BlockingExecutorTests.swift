import Foundation
import Synchronization
import Testing

@testable import FileSystem

/// Threads for calls that block.
@Suite struct BlockingExecutorTests {
    private struct Refusal: Error, Equatable {
        let number: Int
    }

    /// Where bodies wait until enough have come, which they never do on too few threads.
    private final class Meeting: Sendable {
        private let count = Mutex(0)
        private let release = DispatchSemaphore(value: 0)

        var arrived: Int { count.withLock { $0 } }

        func wait(for others: Int) {
            let isLast = count.withLock { count in
                count += 1
                return count == others
            }
            guard isLast else { return release.wait() }
            for _ in 1..<others { release.signal() }
        }
    }

    private static func threadName() -> UInt64 { UInt64(pthread_self()) }

    @Test("A body runs on a thread of the executor, and its task comes back")
    func threads() async {
        let executor = BlockingExecutor(threads: 1)
        let first = await executor.run { Self.threadName() }
        let second = await executor.run { Self.threadName() }
        #expect(first == second)
        let other = await BlockingExecutor(threads: 1).run { Self.threadName() }
        #expect(other != first)
    }

    @Test("Results come back, and errors with their type")
    func results() async {
        #expect(await BlockingExecutor.shared.run { 42 } == 42)
        do throws(Refusal) {
            try await BlockingExecutor.shared.run { () throws(Refusal) in throw Refusal(number: 7) }
            Issue.record("no error")
        } catch {
            #expect(error == Refusal(number: 7))
        }
    }

    @Test("As many bodies run at once as there are threads, and the cooperative pool goes on meanwhile")
    func concurrency() async {
        let executor = BlockingExecutor(threads: 3)
        let meeting = Meeting()
        await withTaskGroup { group in
            for _ in 0..<3 {
                group.addTask { await executor.run { meeting.wait(for: 3) } }
            }
        }
        #expect(meeting.arrived == 3)
    }

    @Test("More work than threads is all done")
    func queue() async {
        let executor = BlockingExecutor(threads: 2)
        let sum = await withTaskGroup(of: Int.self) { group in
            for index in 0..<1000 { group.addTask { await executor.run { index } } }
            return await group.reduce(0, +)
        }
        #expect(sum == 499_500)
    }

    @Test("A task with this executor runs its pieces there, in between and after")
    func preference() async {
        let executor = BlockingExecutor(threads: 1)
        let names = await withTaskExecutorPreference(executor) {
            let before = Self.threadName()
            await Task.yield()
            return [before, Self.threadName(), await executor.run { Self.threadName() }]
        }
        #expect(Set(names).count == 1)
    }
}
