import Synchronization

/// The claims that a run has written, and so imports itself.
final class WrittenClaims: Sendable {
    private let state = Mutex((keys: Set<ClaimKey>(), losses: 0))

    /// How many claims turned out to be another run's after this one had written them.
    var losses: Int { state.withLock { $0.losses } }

    /// Notes a claim that the run wrote.
    func insert(_ key: ClaimKey) {
        state.withLock { _ = $0.keys.insert(key) }
    }

    /// Notes that a claim is another run's.
    func remove(_ key: ClaimKey) {
        state.withLock { if $0.keys.remove(key) != nil { $0.losses += 1 } }
    }

    /// Whether the run wrote a claim, and no other has replaced it since as far as is known.
    func contains(_ key: ClaimKey) -> Bool { state.withLock { $0.keys.contains(key) } }
}
