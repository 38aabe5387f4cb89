import DequeModule

/// The jobs that wait for a thread of a `BlockingExecutor`.
///
/// `@unchecked Sendable`: `entries` and `isClosed` are only used with the monitor locked.
final class BlockingJobQueue: @unchecked Sendable {
    /// A job, and the executor it runs on.
    struct Entry {
        let job: UnownedJob
        let executor: UnownedTaskExecutor
    }

    private let monitor = Monitor()
    private var entries: Deque<Entry> = []
    private var isClosed = false

    /// Adds a job at the end.
    func append(_ entry: Entry) {
        monitor.withLock { entries.append(entry) }
        monitor.signal()
    }

    /// Removes the first job, and waits until there is one; `nil` when the queue is closed and empty.
    func next() -> Entry? {
        monitor.withLock {
            while entries.isEmpty {
                if isClosed { return nil }
                monitor.wait()
            }
            return entries.removeFirst()
        }
    }

    /// Lets the threads end after the jobs that wait.
    func close() {
        monitor.withLock { isClosed = true }
        monitor.broadcast()
    }
}
