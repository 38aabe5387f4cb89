import Glibc

/// Chunks on their way through the threads of a `ChunkPipeline`, and what became of them, in order.
///
/// `@unchecked Sendable`: all stored properties but the two pthread objects are only touched between
/// `pthread_mutex_lock` and `pthread_mutex_unlock` of `mutex`; `mutex` and `condition` are set up before the object is
/// shared, keep their addresses, and are made for use by many threads. `Synchronization.Mutex` has no condition to
/// wait on.
final class ChunkQueue<Output: Sendable>: @unchecked Sendable {
    /// What became of a chunk.
    typealias Outcome = Result<Output, DiskImageError>

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// The numbers given to chunks: all below `first` are delivered, all below `taken` are with a thread or done.
    private var first = 0
    private var taken = 0
    private var chunks: [Int: GuestChunk] = [:]
    private var outcomes: [Int: Outcome] = [:]
    private var isClosed = false

    init() {
        // With default attributes neither call can fail on Linux.
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Puts a chunk at the end.
    func append(_ chunk: GuestChunk) {
        pthread_mutex_lock(mutex)
        chunks[taken + chunks.count] = chunk
        pthread_mutex_unlock(mutex)
        pthread_cond_broadcast(condition)
    }

    /// Works off chunks until the queue is closed.
    func work(with worker: some ChunkWorker<Output>) {
        pthread_mutex_lock(mutex)
        while true {
            if isClosed { break }
            if !processNext(with: worker) { pthread_cond_wait(condition, mutex) }
        }
        pthread_mutex_unlock(mutex)
    }

    /// What became of the first chunk that is not delivered. While it is not done, the caller's own worker goes on
    /// with what waits. There must be such a chunk.
    func next(workingWith worker: some ChunkWorker<Output>) -> Outcome {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let outcome = outcomes.removeValue(forKey: first) {
                first += 1
                return outcome
            }
            if !processNext(with: worker) { pthread_cond_wait(condition, mutex) }
        }
    }

    /// Lets the threads go, whatever still waits.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_mutex_unlock(mutex)
        pthread_cond_broadcast(condition)
    }

    /// Takes the chunk that has waited longest and works on it, without the mutex; `false` when none waits.
    private func processNext(with worker: some ChunkWorker<Output>) -> Bool {
        guard let chunk = chunks.removeValue(forKey: taken) else { return false }
        let number = taken
        taken += 1
        pthread_mutex_unlock(mutex)
        let outcome = Outcome { () throws(DiskImageError) in try worker.process(chunk) }
        pthread_mutex_lock(mutex)
        outcomes[number] = outcome
        pthread_cond_broadcast(condition)
        return true
    }
}
