import Execution
import Testing

@Suite("Rate limiter")
struct RateLimiterTests {
    private let clock = InstantClock()

    @Test("tokens in the bucket are taken without a wait")
    func burst() async throws {
        let limiter = RateLimiter(rate: 2, capacity: 4, clock: clock)
        for _ in 0..<4 { try await limiter.take(1) }
        #expect(clock.now.elapsed == .zero)
    }

    @Test("a request for more than the capacity waits until its debt is paid")
    func debt() async throws {
        let limiter = RateLimiter(rate: 2, capacity: 4, clock: clock)
        try await limiter.take(10)
        #expect(clock.now.elapsed == .seconds(3))
        // The debt is paid, and the bucket is empty.
        try await limiter.take(1)
        #expect(clock.now.elapsed == .seconds(3.5))
    }

    @Test("idle time fills the bucket up to its capacity only")
    func idle() async throws {
        let limiter = RateLimiter(rate: 2, capacity: 4, clock: clock)
        try await limiter.take(4)
        clock.advance(by: .seconds(100))
        try await limiter.take(4)
        #expect(clock.now.elapsed == .seconds(100))
        try await limiter.take(2)
        #expect(clock.now.elapsed == .seconds(101))
    }

    @Test("a cancelled task does not wait")
    func cancellation() async throws {
        let limiter = RateLimiter(rate: 1, capacity: 1, clock: clock)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await limiter.take(5)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.now.elapsed == .zero)
    }
}
