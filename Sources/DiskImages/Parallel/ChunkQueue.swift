import DequeModule
import FileSystem

/// Chunks on their way through the threads of a `ChunkPipeline`, and their outcomes in order.
///
/// `@unchecked Sendable`: all variables are only used with the monitor locked.
final class ChunkQueue<Output: Sendable>: @unchecked Sendable {
    /// The result of a chunk.
    typealias Outcome = Result<Output, DiskImageError>

    private let monitor = Monitor()
    /// The numbers of chunks: all below `first` are delivered, all below `taken` are with a thread or done.
    private var first = 0
    private var taken = 0
    private var chunks: Deque<GuestChunk> = []
    private var outcomes: [Int: Outcome] = [:]
    private var isClosed = false

    /// Adds a chunk at the end.
    func append(_ chunk: GuestChunk) {
        monitor.withLock { chunks.append(chunk) }
        monitor.broadcast()
    }

    /// Processes chunks until the queue is closed.
    func work(with worker: some ChunkWorker<Output>) {
        monitor.withLock {
            while !isClosed {
                if !processNext(with: worker) { monitor.wait() }
            }
        }
    }

    /// The outcome of the first chunk that is not delivered. Until it is done, the caller's own worker processes other
    /// chunks. There must be such a chunk.
    func next(workingWith worker: some ChunkWorker<Output>) -> Outcome {
        monitor.withLock {
            while true {
                if let outcome = outcomes.removeValue(forKey: first) {
                    first += 1
                    return outcome
                }
                if !processNext(with: worker) { monitor.wait() }
            }
        }
    }

    /// Lets the threads end, even if chunks wait.
    func close() {
        monitor.withLock { isClosed = true }
        monitor.broadcast()
    }

    /// Processes the chunk that has waited longest, with the monitor unlocked; `false` if none waits.
    private func processNext(with worker: some ChunkWorker<Output>) -> Bool {
        guard let chunk = chunks.popFirst() else { return false }
        let number = taken
        taken += 1
        monitor.unlock()
        let outcome = Outcome { () throws(DiskImageError) in try worker.process(chunk) }
        monitor.lock()
        outcomes[number] = outcome
        monitor.broadcast()
        return true
    }
}
