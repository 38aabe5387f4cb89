import Foundation
import Synchronization

/// Lives through the histories of many seeds, on several threads, until one breaks a promise.
package struct SeedSearch: Sendable {
    /// What was found.
    package struct Result: Sendable {
        /// The number of histories.
        package var seeds = 0
        /// The number of their steps.
        package var steps = 0
        /// The lowest seed known to break a promise, and how.
        package var failure: (seed: UInt64, violation: Violation)?
    }

    /// Seeds that a thread takes at once.
    private static let chunk: UInt64 = 256

    private let seeds: ClosedRange<UInt64>
    private let mutant: Mutant?
    private let threads: Int

    /// Chooses the seeds.
    package init(seeds: ClosedRange<UInt64>, mutant: Mutant? = nil, threads: Int) {
        self.seeds = seeds
        self.mutant = mutant
        self.threads = threads
    }

    /// Goes through all seeds, or to the first that breaks a promise.
    ///
    /// - Parameter progress: Is told the number of seeds that are done, every hundred thousand.
    package func run(progress: @escaping @Sendable (Int) -> Void = { _ in }) async -> Result {
        let shared = Shared(next: seeds.lowerBound)
        // Threads of their own: a history keeps its thread busy from its beginning to its end.
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<threads {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread.detachNewThread {
                            work(on: shared, progress: progress)
                            continuation.resume()
                        }
                    }
                }
            }
        }
        return shared.result.withLock { $0 }
    }

    private final class Shared: Sendable {
        let next: Atomic<UInt64>
        let result = Mutex(Result())

        init(next: UInt64) {
            self.next = Atomic(next)
        }
    }

    private func work(on shared: Shared, progress: (Int) -> Void) {
        while shared.result.withLock({ $0.failure == nil }) {
            let first = shared.next.add(Self.chunk, ordering: .relaxed).oldValue
            guard first <= seeds.upperBound else { return }
            let found = live(through: first...min(seeds.upperBound, first + Self.chunk - 1))
            let done = shared.result.withLock { result -> Int? in
                let before = result.seeds
                result.seeds += found.seeds
                result.steps += found.steps
                if let failure = found.failure, failure.seed < result.failure?.seed ?? .max {
                    result.failure = failure
                }
                return before / 100_000 < result.seeds / 100_000 ? result.seeds : nil
            }
            if let done { progress(done) }
        }
    }

    private func live(through seeds: ClosedRange<UInt64>) -> Result {
        var result = Result()
        for seed in seeds {
            let history = History(seed: seed, mutant: mutant)
            result.seeds += 1
            result.steps += history.steps
            if let violation = history.violation {
                result.failure = (seed, violation)
                return result
            }
        }
        return result
    }
}
