import Glibc

/// A thread that works off a queue until the queue is closed.
enum BlockingThread {
    /// Starts a thread; it keeps the queue alive, and frees itself at its end.
    static func start(for jobs: BlockingJobQueue) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(jobs)
        let result = pthread_create(
            &thread,
            nil,
            { context in
                if let context { BlockingThread.work(Unmanaged.fromOpaque(context).takeRetainedValue()) }
                return nil
            },
            context.toOpaque()
        )
        // Without a thread every call would wait for ever: a process that can't start one can do nothing at all.
        guard result == 0 else { fatalError("no thread can be started: \(String(cString: strerror(result)))") }
        pthread_detach(thread)
    }

    private static func work(_ jobs: BlockingJobQueue) {
        while let entry = jobs.next() {
            entry.job.runSynchronously(on: entry.executor)
        }
    }
}
