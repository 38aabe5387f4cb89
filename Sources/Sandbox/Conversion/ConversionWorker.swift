import DiskImages
import EC2Types
import FileSystem
import Logging

/// Takes up conversion tasks, a few at a time, in the order they were made.
struct ConversionWorker: Sendable {
    let tasks: TaskStore
    let converter: ImageConverter
    let disk: BlockingExecutor
    /// How many conversions run at a time.
    let parallelism: Int
    let logger: Logger

    /// Works until `queue` ends or the task is cancelled. A conversion that is cut off by that stays active, for the
    /// next start to take up.
    func run(_ queue: AsyncStream<String>) async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await id in queue {
                if running == parallelism {
                    await group.next()
                    running -= 1
                }
                group.addTask { await process(id) }
                running += 1
            }
        }
    }

    private func process(_ id: String) async {
        do {
            try await work(on: id)
            let tasks = tasks
            _ = try await disk.run {
                try tasks.update(id) { stored in
                    guard stored.state == .cancelling else { return false }
                    stored.task.state = .cancelled
                    return true
                }
            }
        } catch {
            logger.error("Conversion task \(id) could not be recorded: \(error)")
        }
    }

    /// Converts until it is done, has failed, or somebody cancels the task.
    private func work(on id: String) async throws {
        guard let task = tasks.task(id), task.state == .active else { return }
        let interruption = tasks.interruption(of: id)
        defer { tasks.endInterruption(of: id) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await attempt(task) }
            group.addTask { for await _ in interruption {} }
            try await group.next()
            group.cancelAll()
        }
    }

    private func attempt(_ task: StoredTask) async throws {
        let outcome: String?
        do {
            try await converter.convert(task)
            outcome = nil
        } catch let failure as ConversionFailure {
            outcome = failure.description
        } catch {
            if Task.isCancelled { return }
            // A full disk and the like: the sandbox's fault, which EC2 calls a server error.
            logger.error("Conversion task \(task.id) failed: \(error)")
            outcome = "ServerError: \(error)"
        }
        logger.info("Conversion task \(task.id): \(outcome ?? "completed")")
        let tasks = tasks
        _ = try await disk.run {
            try tasks.update(task.id) { stored in
                guard stored.state == .active else { return false }
                stored.task.state = outcome == nil ? .completed : .cancelled
                stored.task.statusMessage = outcome
                return true
            }
        }
    }
}
