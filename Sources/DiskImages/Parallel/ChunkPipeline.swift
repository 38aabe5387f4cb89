/// Works on the chunks of a disk with several threads, and hands over the results in the order of the disk.
///
/// The caller's thread reads the tables and takes the results, and works on chunks itself while it waits: an image is
/// never touched by two threads, only the pieces it gives. At most `window` chunks are under way, whatever the size of
/// the disk.
struct ChunkPipeline<Worker: ChunkWorker> {
    /// Chunks under way: 8 MiB of the guest. The system may take the processor from a thread for some milliseconds, and
    /// the results wait for that thread's chunk; meanwhile the others need work. With four chunks, a loaded machine
    /// took longer with two threads than with one.
    private static var window: Int { 64 }

    private let threads: Int
    private let makeWorker: @Sendable () -> Worker

    /// - Parameters:
    ///   - threads: How many threads work, the caller's included.
    ///   - makeWorker: Makes what a thread works with; called once on each.
    init(threads: Int, makeWorker: @escaping @Sendable () -> Worker) {
        self.threads = max(threads, 1)
        self.makeWorker = makeWorker
    }

    /// Works on all chunks; returns or throws when no thread works any more.
    ///
    /// - Parameter consume: Takes each result, on the caller's thread.
    func run(
        _ content: any GuestContent,
        consume: (Worker.Output) throws -> Void
    ) throws {
        let queue = ChunkQueue<Worker.Output>()
        let makeWorker = makeWorker
        // Fewer threads than wished for are slower, nothing worse.
        let helpers = (1..<threads).compactMap { _ in ChunkThread { queue.work(with: makeWorker()) } }
        defer {
            queue.close()
            for helper in helpers { helper.join() }
        }
        let worker = makeWorker()
        var chunks = GuestChunks(content)
        var underWay = 0
        var isExhausted = false
        var failure: DiskImageError?
        while true {
            while !isExhausted && underWay < max(Self.window, 2 * threads) {
                do throws(DiskImageError) {
                    if let chunk = try chunks.next() {
                        queue.append(chunk)
                        underWay += 1
                    } else {
                        isExhausted = true
                    }
                } catch {
                    // What lies before the damage comes first, so that the outcome does not depend on the threads.
                    failure = error
                    isExhausted = true
                }
            }
            guard underWay > 0 else { break }
            underWay -= 1
            try consume(queue.next(workingWith: worker).get())
        }
        if let failure { throw failure }
    }
}
