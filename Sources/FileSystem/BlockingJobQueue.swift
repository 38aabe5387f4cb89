import Glibc

/// What waits for a thread of a `BlockingExecutor`.
///
/// `@unchecked Sendable`: `entries` and `isClosed` are only touched between `pthread_mutex_lock` and
/// `pthread_mutex_unlock` of `mutex`; `mutex` and `condition` are set up before the object is shared, keep their
/// addresses, and are made for use by many threads. `Synchronization.Mutex` has no condition to wait on.
final class BlockingJobQueue: @unchecked Sendable {
    /// A piece of a task, and the executor it runs on.
    struct Entry {
        let job: UnownedJob
        let executor: UnownedTaskExecutor
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Entries from `first` on wait; those before it have been taken, and are dropped from time to time.
    private var entries: [Entry] = []
    private var first = 0
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

    /// Puts a piece of work at the end.
    func append(_ entry: Entry) {
        pthread_mutex_lock(mutex)
        entries.append(entry)
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }

    /// Takes the piece at the front, and waits until there is one; `nil` when the queue is closed and empty.
    func next() -> Entry? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while first == entries.count {
            if isClosed { return nil }
            pthread_cond_wait(condition, mutex)
        }
        let entry = entries[first]
        first += 1
        // Half of the array is behind us: moving the other half costs a constant a piece.
        if first * 2 >= entries.count {
            entries.removeFirst(first)
            first = 0
        }
        return entry
    }

    /// Lets the threads end once everything that waits is done.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_mutex_unlock(mutex)
        pthread_cond_broadcast(condition)
    }
}
