import Synchronization

/// A flag that asks work on another thread to end.
package final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    /// Creates a flag that is not set.
    package init() {}

    /// Whether the work should end.
    package var isSet: Bool { flag.load(ordering: .acquiring) }

    /// Asks for the end of the work.
    package func set() {
        flag.store(true, ordering: .releasing)
    }

    /// Throws `CancellationError` if the flag is set.
    package func check() throws(CancellationError) {
        if isSet { throw CancellationError() }
    }
}
