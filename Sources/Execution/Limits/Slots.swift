/// A fixed number of places, taken and given back; whoever finds none waits in line.
package actor Slots {
    private var free: Int
    private var line: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    private var nextID = 0

    /// Makes `count` places, at least one.
    package init(_ count: Int) {
        free = max(1, count)
    }

    /// Runs `body` in a place of its own.
    ///
    /// - Throws: `CancellationError` if the task is cancelled while it waits, or what `body` throws.
    package nonisolated func with<Result: Sendable>(
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await take()
        do {
            let result = try await body()
            await giveBack()
            return result
        } catch {
            await giveBack()
            throw error
        }
    }

    private func take() async throws {
        try Task.checkCancellation()
        if free > 0 {
            free -= 1
            return
        }
        let id = nextID
        nextID += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { line.append((id, $0)) }
        } onCancel: {
            // Leaves the line on the actor; the waiting task itself awaits the outcome through its continuation.
            Task { await self.leave(id) }
        }
    }

    private func giveBack() {
        if line.isEmpty {
            free += 1
        } else {
            line.removeFirst().continuation.resume()
        }
    }

    private func leave(_ id: Int) {
        guard let index = line.firstIndex(where: { $0.id == id }) else { return }
        line.remove(at: index).continuation.resume(throwing: CancellationError())
    }
}
