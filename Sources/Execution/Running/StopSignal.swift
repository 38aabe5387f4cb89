import Synchronization

/// Says that a run should begin nothing new. It is set once and never taken back.
package final class StopSignal: Sendable {
    private let requested = Atomic(false)

    /// Makes a signal that is not set.
    package init() {}

    /// Whether the run should end.
    package var isRequested: Bool { requested.load(ordering: .acquiring) }

    /// Asks the run to end.
    package func request() {
        requested.store(true, ordering: .releasing)
    }
}
