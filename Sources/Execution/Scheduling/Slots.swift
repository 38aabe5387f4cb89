import Synchronization

/// A fixed number of places, taken and given back; whoever finds none waits in line.
package final class Slots: Sendable {
    private typealias Continuation = CheckedContinuation<Void, any Error>

    private struct State {
        var free: Int
        var line: [(id: Int, continuation: Continuation)] = []
        var nextID = 0
        var isClosed = false
    }

    private let state: Mutex<State>

    /// Makes `count` places, at least one.
    ///
    /// - Parameter taken: How many of them are taken already. There may be more than there are places: then the first of
    ///   those that are given back are not handed out.
    package init(_ count: Int, taken: Int = 0) {
        state = Mutex(State(free: max(1, count) - taken))
    }

    /// Runs `body` in a place of its own.
    ///
    /// - Throws: `CancellationError` if the task is cancelled while it waits, or what `body` throws.
    package func with<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try await take()
        defer { giveBack() }
        return try await body()
    }

    /// Takes a place, which must be given back.
    ///
    /// - Throws: `CancellationError` if the task is cancelled while it waits, or the places are closed; it has no place then.
    package func take() async throws {
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

    /// Gives a place to whoever waits longest.
    package func giveBack() {
        let next = state.withLock { state -> Continuation? in
            guard state.free >= 0, !state.line.isEmpty else {
                state.free += 1
                return nil
            }
            return state.line.removeFirst().continuation
        }
        next?.resume()
    }

    /// Hands out no more places: who waits for one, or will, is told that there is none.
    package func close() {
        let line = state.withLock { state in
            state.isClosed = true
            defer { state.line = [] }
            return state.line
        }
        for waiter in line { waiter.continuation.resume(throwing: CancellationError()) }
    }

    /// Takes a free place or stands in line; `nil` where it stands in line now.
    private func enter(_ id: Int, _ continuation: Continuation) -> Result<Void, any Error>? {
        state.withLock { state in
            // Asked under the lock: a cancellation that comes later finds the task in the line.
            if Task.isCancelled || state.isClosed { return .failure(CancellationError()) }
            guard state.free <= 0 else {
                state.free -= 1
                return .success(())
            }
            state.line.append((id, continuation))
            return nil
        }
    }

    private func leave(_ id: Int) {
        let continuation = state.withLock { state -> Continuation? in
            guard let index = state.line.firstIndex(where: { $0.id == id }) else { return nil }
            return state.line.remove(at: index).continuation
        }
        continuation?.resume(throwing: CancellationError())
    }
}
