import Execution
import Testing

@Suite("Slots")
struct SlotsTests {
    @Test("No more work at once than there are places")
    func limit() async throws {
        let slots = Slots(3)
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await slots.with {
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

    @Test("Places that were taken before are handed out only when all but the count are given back")
    func takenBefore() async throws {
        let slots = Slots(1, taken: 2)
        slots.giveBack()
        let waiter = Task { try await slots.take() }
        await Task.yield()
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        slots.giveBack()
        try await slots.take()
    }

    @Test("Who waits is told when the places are closed, and so is who comes later")
    func closed() async throws {
        let slots = Slots(1)
        try await slots.take()
        let waiter = Task { try await slots.take() }
        await Task.yield()
        slots.close()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        await #expect(throws: CancellationError.self) { try await slots.take() }
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
