import DequeModule
import Synchronization

/// A counting semaphore whose waiters suspend. Permits go to waiters in the order of their calls.
package final class AsyncSemaphore: Sendable {
    private typealias Continuation = CheckedContinuation<Void, any Error>

    private struct State {
        /// The free permits; negative while more are taken than exist.
        var free: Int
        var waiters: Deque<(id: Int, continuation: Continuation)> = []
        var nextID = 0
        var isClosed = false
    }

    private let state: Mutex<State>

    /// The number of tasks that wait for a permit.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Creates a semaphore.
    ///
    /// - Parameters:
    ///   - permits: The number of permits, at least one.
    ///   - taken: The number of permits that are taken already. If there are more than permits exist, the first of those
    ///     that are returned are not handed out.
    package init(_ permits: Int, taken: Int = 0) {
        state = Mutex(State(free: max(1, permits) - taken))
    }

    /// Runs a body while holding a permit.
    ///
    /// - Throws: `CancellationError` if the task is canceled while it waits or the semaphore is closed, or the body's error.
    package func withPermit<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try await wait()
        defer { signal() }
        return try await body()
    }

    /// Takes a permit, which the caller returns with ``signal()``.
    ///
    /// - Throws: `CancellationError` if the task is canceled while it waits or the semaphore is closed. The caller then has
    ///   no permit.
    package func wait() async throws {
        let id = state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if let result = enter(id, continuation) { continuation.resume(with: result) }
            }
        } onCancel: {
            leave(id)
        }
    }

    /// Takes a permit whether or not one is free. The next ones that are returned are then not handed out.
    func takeImmediately() {
        state.withLock { $0.free -= 1 }
    }

    /// Returns a permit, which goes to the longest waiter.
    package func signal() {
        let next = state.withLock { state -> Continuation? in
            guard state.free >= 0, let next = state.waiters.popFirst() else {
                state.free += 1
                return nil
            }
            return next.continuation
        }
        next?.resume()
    }

    /// Stops handing out permits. Present and future waiters get a `CancellationError`.
    package func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: CancellationError()) }
    }

    /// Takes a free permit or joins the waiters; `nil` if it joined them.
    private func enter(_ id: Int, _ continuation: Continuation) -> Result<Void, any Error>? {
        state.withLock { state in
            // Checked under the lock: a later cancellation finds the task among the waiters.
            if Task.isCancelled || state.isClosed { return .failure(CancellationError()) }
            guard state.free <= 0 else {
                state.free -= 1
                return .success(())
            }
            state.waiters.append((id, continuation))
            return nil
        }
    }

    private func leave(_ id: Int) {
        let continuation = state.withLock { state -> Continuation? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index).continuation
        }
        continuation?.resume(throwing: CancellationError())
    }
}
