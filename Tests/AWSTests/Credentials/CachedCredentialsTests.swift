import AWS
import Foundation
import Synchronization
import Testing

@testable import SigV4
@testable import WireEncoding

@Suite("Credentials that are renewed")
struct CachedCredentialsTests {
    /// A source that gives credentials of a given life, or fails, and waits while it is held.
    private final class Source: CredentialsProvider {
        let time: ManualTime
        private let state = Mutex(
            (asked: 0, life: Int64?.some(3600), isFailing: false, held: [CheckedContinuation<Void, Never>]?.none)
        )

        init(_ time: ManualTime) {
            self.time = time
        }

        var asked: Int { state.withLock { $0.asked } }

        func set(life: Int64?, isFailing: Bool = false) {
            state.withLock { ($0.life, $0.isFailing) = (life, isFailing) }
        }

        func hold() {
            state.withLock { $0.held = [] }
        }

        func release() {
            let held = state.withLock { state in
                defer { state.held = nil }
                return state.held ?? []
            }
            for continuation in held { continuation.resume() }
        }

        func credentials() async throws(CredentialsError) -> AWSCredentials {
            let (number, life, isFailing) = state.withLock { state in
                state.asked += 1
                return (state.asked, state.life, state.isFailing)
            }
            await withCheckedContinuation { continuation in
                let isHeld = state.withLock { state in
                    state.held?.append(continuation)
                    return state.held != nil
                }
                if !isHeld { continuation.resume() }
            }
            if isFailing { throw CredentialsError(description: "failing") }
            let end = life.map { Date(timeIntervalSince1970: Double(time.retryTime.now() + $0)) }
            return AWSCredentials(accessKeyID: "\(number)", secretAccessKey: Secret("s"), expiration: end)
        }
    }

    private let time = ManualTime()
    private let source: Source
    private let cache: CachedCredentials

    init() {
        source = Source(time)
        cache = CachedCredentials(source, now: time.retryTime.now)
    }

    private func id() async throws -> String { try await cache.credentials().accessKeyID }

    @Test("They are renewed five minutes before they end, not sooner")
    func early() async throws {
        #expect(try await id() == "1")
        time.advance(3299)
        #expect(try await id() == "1")
        time.advance(1)
        #expect(try await id() == "2")
    }

    @Test("Those without an end are kept")
    func endless() async throws {
        source.set(life: nil)
        #expect(try await id() == "1")
        time.advance(1 << 40)
        #expect(try await id() == "1")
    }

    @Test("However many ask, the source is asked once at a time")
    func once() async throws {
        source.hold()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await id() } }
            while source.asked == 0 { await Task.yield() }
            // Those who come while the source is asked wait for the same answer.
            for _ in 0..<1000 { await Task.yield() }
            source.release()
            for try await id in group { #expect(id == "1") }
        }
        #expect(source.asked == 1)
    }

    @Test("A failure is survived as long as the old ones are valid, and the source is not asked all the time")
    func failing() async throws {
        #expect(try await id() == "1")
        source.set(life: 3600, isFailing: true)
        time.advance(3400)
        for _ in 0..<5 { #expect(try await id() == "1") }
        #expect(source.asked == 2)
        time.advance(60)
        #expect(try await id() == "1")
        #expect(source.asked == 3)
        time.advance(140)
        await #expect(throws: CredentialsError.self) { try await id() }
        source.set(life: 3600)
        #expect(try await id() == "5")
    }

    @Test("Those that end soon after they came are not asked for all the time")
    func short() async throws {
        source.set(life: 200)
        for _ in 0..<5 { #expect(try await id() == "1") }
        time.advance(61)
        #expect(try await id() == "2")
    }

    @Test("Those that a service refuses are renewed at once, and only those")
    func discarded() async throws {
        let first = try await cache.credentials()
        #expect(await cache.discard(first))
        #expect(try await id() == "2")
        #expect(await cache.discard(first))
        #expect(try await id() == "2")
    }

    @Test("A caller that is cancelled does not take the answer from the others")
    func cancelled() async throws {
        source.hold()
        let first = Task { try await id() }
        while source.asked == 0 { await Task.yield() }
        let second = Task { try await id() }
        first.cancel()
        source.release()
        #expect(try await second.value == "1")
        #expect(try await first.value == "1")
        #expect(source.asked == 1)
    }
}
