import Synchronization

/// Tells a conversion that runs outside the cooperative pool that its task has been cancelled.
final class CancellationFlag: Sendable {
    private let isSet = Atomic(false)

    /// Asks for the end.
    func set() {
        isSet.store(true, ordering: .relaxed)
    }

    /// Throws `CancellationError` once the end has been asked for.
    func check() throws {
        if isSet.load(ordering: .relaxed) { throw CancellationError() }
    }
}
