/// Threads of its own for calls that block: reading and writing files, `fsync`, hashing.
///
/// The cooperative pool has as many threads as the machine has cores; one slow disk would stop everything else in the
/// process. A task moves here for the length of one call and back again. Work is started in the order it comes.
package final class BlockingExecutor: TaskExecutor {
    /// The executor of the whole process: four threads, enough to keep a disk's queue filled while another hashes.
    package static let shared = BlockingExecutor(threads: 4)

    private let jobs = BlockingJobQueue()

    /// Starts the threads.
    ///
    /// - Parameter threads: Their number, at least one. They end when the executor goes.
    package init(threads: Int) {
        for _ in 0..<max(threads, 1) { BlockingThread.start(for: jobs) }
    }

    deinit {
        jobs.close()
    }

    /// Runs a body that blocks on one of the threads, and gives what it returns or throws.
    ///
    /// A body is not interrupted when its task is cancelled: give it a way to notice, where it is long.
    package func run<Success: Sendable, Failure: Error>(
        _ body: @Sendable () throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        try await withTaskExecutorPreference(self) { () async throws(Failure) -> Success in
            try body()
        }
    }

    /// Takes a piece of a task, as the concurrency runtime asks.
    package func enqueue(_ job: consuming ExecutorJob) {
        jobs.append(BlockingJobQueue.Entry(job: UnownedJob(job), executor: asUnownedTaskExecutor()))
    }
}
