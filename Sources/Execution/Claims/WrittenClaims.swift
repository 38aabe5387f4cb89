import Synchronization

/// The claims that a run has written, and so imports itself.
final class WrittenClaims: Sendable {
    private let keys = Mutex<Set<ClaimKey>>([])

    /// Notes a claim that the run wrote.
    func insert(_ key: ClaimKey) {
        keys.withLock { _ = $0.insert(key) }
    }

    /// Notes that a claim is another run's.
    func remove(_ key: ClaimKey) {
        keys.withLock { _ = $0.remove(key) }
    }

    /// Whether the run wrote a claim, and no other has replaced it since as far as is known.
    func contains(_ key: ClaimKey) -> Bool { keys.withLock { $0.contains(key) } }
}
