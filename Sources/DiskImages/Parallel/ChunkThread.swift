import Glibc

/// A thread that works off a `ChunkQueue`. Its owner ends the queue, then joins the thread.
struct ChunkThread {
    private let thread: pthread_t

    /// Starts a thread that runs `body`; `nil` when the system has no more.
    init?(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(ThreadBody(body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { context in
                if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            },
            context.toOpaque()
        )
        guard result == 0 else {
            context.release()
            return nil
        }
        self.thread = thread
    }

    /// Waits for the thread's end.
    func join() {
        pthread_join(thread, nil)
    }

    private final class ThreadBody: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}
