import EC2Types
import Glibc
import Synchronization

/// The conversion tasks, on disk as one record each and in memory.
///
/// The methods that write records block, as each says: call them on the disk's threads.
final class TaskStore: Sendable {
    private struct State {
        /// In the order of their creation.
        var tasks: [StoredTask]
        /// The place of each in `tasks`.
        var places: [String: Int]
        /// How to interrupt the tasks that the worker has in hand.
        var interruptions: [String: AsyncStream<Void>.Continuation] = [:]
    }

    private let directory: DataDirectory
    /// Never held while a file is written.
    private let state: Mutex<State>
    /// Held from the decision about a task's change until its record is written.
    private let changes = Mutex(())

    /// Reads what is there.
    init(_ directory: DataDirectory) throws {
        self.directory = directory
        var tasks = try DataDirectory.names(in: directory.tasks).map {
            try DataDirectory.read(StoredTask.self, from: "\(directory.tasks)/\($0)")
        }
        tasks.sort { ($0.created, $0.id) < ($1.created, $1.id) }
        let places = Dictionary(tasks.enumerated().map { ($1.id, $0) }) { $1 }
        state = Mutex(State(tasks: tasks, places: places))
    }

    /// All tasks, in the order of their creation.
    var all: [StoredTask] { state.withLock { $0.tasks } }

    /// The ids of tasks that the worker has to take up, in the order of their creation.
    var unfinished: [String] {
        state.withLock { $0.tasks }.filter { $0.state == .active || $0.state == .cancelling }.map(\.id)
    }

    /// A task; `nil` if there is none of this id.
    func task(_ id: String) -> StoredTask? {
        state.withLock { state in state.places[id].map { state.tasks[$0] } }
    }

    /// Adds a task. It blocks.
    func add(_ task: StoredTask) throws {
        // The record before the index: a task that was answered for is never lost.
        try save(task)
        state.withLock { state in
            state.places[task.id] = state.tasks.count
            state.tasks.append(task)
        }
    }

    /// Notes the progress of a task, in memory alone: a restart begins the conversion again.
    func progress(_ id: String, bytesConverted: Int64, message: String) {
        state.withLock { state in
            guard let place = state.places[id], state.tasks[place].state == .active else { return }
            state.tasks[place].task.bytesConverted = bytesConverted
            state.tasks[place].task.statusMessage = message
        }
    }

    /// Changes a task and writes its record, which blocks; `nil` when `change` says that it doesn't apply.
    @discardableResult
    func update(_ id: String, _ change: (inout StoredTask) -> Bool) throws -> StoredTask? {
        try changes.withLock { _ in
            guard var task = task(id), change(&task) else { return nil }
            if task.ended == nil, task.state == .completed || task.state == .cancelled { task.ended = .now }
            try save(task)
            state.withLock { state in
                if let place = state.places[id] {
                    state.tasks[place] = task
                }
            }
            return task
        }
    }

    /// Asks for a task's end (CancelConversionTask). One that has been cancelled already stays so. It blocks.
    func cancel(_ id: String, reason: String?) throws {
        guard let task = task(id) else { throw EC2Error.taskNotFound([id]) }
        guard !task.hasVolume, task.state != .completed else {
            throw EC2Error.incorrectState(
                "The conversion task '\(id)' is completed or is transferring the final disk image: it can't be cancelled"
            )
        }
        // A task that waits for its turn needn't wait to be cancelled.
        let isInHand = state.withLock { $0.interruptions[id] != nil }
        try update(id) { stored in
            guard stored.state == .active, !stored.hasVolume else { return false }
            stored.task.state = isInHand ? .cancelling : .cancelled
            stored.task.statusMessage = reason.map { "Cancelled: \($0)" } ?? "Cancelled by the caller"
            return true
        }
        let interruption = state.withLock { $0.interruptions[id] }
        interruption?.finish()
    }

    /// Registers how to interrupt a task that the worker takes in hand. The stream ends when the task is cancelled.
    func interruption(of id: String) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        let isCancelled = state.withLock { state in
            state.interruptions[id] = continuation
            return state.places[id].map { state.tasks[$0].state != .active } ?? true
        }
        if isCancelled { continuation.finish() }
        return stream
    }

    /// Forgets what ``interruption(of:)`` registered.
    func endInterruption(of id: String) {
        state.withLock { $0.interruptions[id] = nil }
    }

    private func save(_ task: StoredTask) throws {
        try directory.write(task, to: "\(directory.tasks)/\(task.id).json")
    }
}
