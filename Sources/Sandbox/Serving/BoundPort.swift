import Synchronization

/// The port that the sandbox listens on: known only once it does, and needed by what is set up before.
final class BoundPort: Sendable {
    private let port = Atomic(0)

    /// The port; 0 before it is known.
    var number: Int { port.load(ordering: .relaxed) }

    /// Notes the port.
    func set(_ number: Int) {
        port.store(number, ordering: .relaxed)
    }
}
