import Glibc

/// A mutex with a condition variable, for threads that wait for a change of shared state.
///
/// `Synchronization.Mutex` has no condition variable.
///
/// `@unchecked Sendable`: mutex and condition are set up before the object is shared, keep their addresses, and are made
/// for use by many threads.
package final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Creates an unlocked monitor.
    package init() {
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

    /// Runs a body with the mutex locked. The body may unlock it for a while, and must return with the mutex locked.
    package func withLock<Success, Failure: Error>(
        _ body: () throws(Failure) -> Success
    ) throws(Failure) -> Success {
        lock()
        defer { unlock() }
        return try body()
    }

    /// Locks the mutex.
    package func lock() { pthread_mutex_lock(mutex) }

    /// Unlocks the mutex.
    package func unlock() { pthread_mutex_unlock(mutex) }

    /// Unlocks the mutex, waits for a signal, and locks the mutex again. May return without a signal.
    package func wait() { pthread_cond_wait(condition, mutex) }

    /// Wakes one waiting thread.
    package func signal() { pthread_cond_signal(condition) }

    /// Wakes all waiting threads.
    package func broadcast() { pthread_cond_broadcast(condition) }
}
