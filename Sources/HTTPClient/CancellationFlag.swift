import Synchronization

/// Whether the task that waits for a request was cancelled, seen from the transport's thread.
final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    /// Whether it was cancelled.
    var isSet: Bool { flag.load(ordering: .acquiring) }

    /// Says that it was cancelled.
    func set() {
        flag.store(true, ordering: .releasing)
    }
}
