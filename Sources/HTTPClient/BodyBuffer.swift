import Synchronization

/// Bytes between the transport's thread, which receives them, and the task that takes them.
///
/// It is bounded: when it is full the transfer is paused, TCP's window closes, and the peer waits.
final class BodyBuffer: Sendable {
    /// How many bytes wait at most. A quarter of a MiB is some milliseconds of a fast network, so that neither side
    /// waits for each single piece of 16 KiB that libcurl hands over.
    static let capacity = 256 << 10

    private struct State {
        var bytes: [UInt8] = []
        var isPaused = false
        var end: Result<Void, TransportError>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// What a task finds.
    enum Content {
        /// Bytes, and whether the transfer was paused and must be told to go on.
        case bytes([UInt8], wasPaused: Bool)
        /// No more will come.
        case end(Result<Void, TransportError>)
    }

    private let state = Mutex(State())

    /// Puts bytes in; `false` if they must be offered again after a pause.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard state.bytes.isEmpty || state.bytes.count + bytes.count <= Self.capacity else {
                state.isPaused = true
                return (false, nil)
            }
            state.bytes.append(contentsOf: bytes)
            defer { state.waiter = nil }
            return (true, state.waiter)
        }
        waiter?.resume()
        return isTaken
    }

    /// Says that nothing more will come, and why. Bytes that wait can still be taken.
    func finish(_ end: Result<Void, TransportError>) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.end == nil else { return nil }
            state.end = end
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits until there is something to take. Only one task may do so at a time.
    func next() async -> Content {
        while true {
            if let content = state.withLock({ Self.content(&$0) }) { return content }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.bytes.isEmpty, state.end == nil else { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private static func content(_ state: inout State) -> Content? {
        guard !state.bytes.isEmpty else { return state.end.map(Content.end) }
        defer {
            state.bytes = []
            state.isPaused = false
        }
        return .bytes(state.bytes, wasPaused: state.isPaused)
    }
}
