import Synchronization
import Testing

@testable import Execution

@Suite("Async semaphore")
struct AsyncSemaphoreTests {
    @Test("no more bodies run concurrently than there are permits")
    func limit() async throws {
        let semaphore = AsyncSemaphore(3)
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await semaphore.withPermit {
                        await counter.enter()
                        await Task.yield()
                        await counter.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await counter.most <= 3)
        #expect(await counter.entered == 50)
    }

    @Test("permits that were taken before are handed out only when all but the count are returned")
    func takenBefore() async throws {
        let semaphore = AsyncSemaphore(1, taken: 2)
        semaphore.signal()
        let log = Log()
        let waiter = Task {
            try await semaphore.wait()
            log.add(1)
        }
        // The task waits, or has the permit by mistake.
        while semaphore.waiterCount == 0, log.entries.isEmpty { await Task.yield() }
        #expect(log.entries == [])
        semaphore.signal()
        try await waiter.value
        #expect(log.entries == [1])
    }

    @Test("waiters get permits in the order of their calls")
    func order() async throws {
        let semaphore = AsyncSemaphore(1)
        try await semaphore.wait()
        let log = Log()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask {
                    try await semaphore.wait()
                    log.add(number)
                    semaphore.signal()
                }
                while semaphore.waiterCount == number { await Task.yield() }
            }
            semaphore.signal()
            try await group.waitForAll()
        }
        #expect(log.entries == [0, 1, 2, 3, 4])
    }

    @Test("a cancelled waiter leaves the line, and its permit goes to the next")
    func cancelled() async throws {
        let semaphore = AsyncSemaphore(1)
        try await semaphore.wait()
        let first = Task { try await semaphore.wait() }
        while semaphore.waiterCount < 1 { await Task.yield() }
        let second = Task { try await semaphore.wait() }
        while semaphore.waiterCount < 2 { await Task.yield() }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(semaphore.waiterCount == 1)
        semaphore.signal()
        try await second.value
    }

    @Test("present and future waiters are cancelled when the semaphore is closed")
    func closed() async throws {
        let semaphore = AsyncSemaphore(1)
        try await semaphore.wait()
        let waiter = Task { try await semaphore.wait() }
        while semaphore.waiterCount == 0 { await Task.yield() }
        semaphore.close()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        await #expect(throws: CancellationError.self) { try await semaphore.wait() }
    }

    /// Numbers in the order they were added.
    private final class Log: Sendable {
        private let numbers = Mutex<[Int]>([])
        var entries: [Int] { numbers.withLock { $0 } }
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    private actor Counter {
        private var present = 0
        private(set) var most = 0
        private(set) var entered = 0

        func enter() {
            present += 1
            entered += 1
            most = max(most, present)
        }

        func leave() {
            present -= 1
        }
    }
}
