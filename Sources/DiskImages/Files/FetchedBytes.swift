import Synchronization

/// What has been fetched so far of an image that is no file of this machine.
///
/// Reading what is not there yet fails and is noted, so that whoever fetches knows what to fetch next: the image's tables
/// say where its tables are.
final class FetchedBytes: Sendable {
    private struct State {
        /// What was fetched, in order and apart from each other.
        var pieces: [(start: Int64, bytes: [UInt8])] = []
        var missing: Range<Int64>?
    }

    /// The image's length in bytes.
    let byteCount: Int64

    private let state = Mutex(State())

    /// Begins with nothing of an image of so many bytes.
    init(byteCount: Int64) {
        self.byteCount = max(0, byteCount)
    }

    /// Adds bytes that begin at `offset`. They may repeat what was fetched before.
    func add(_ bytes: [UInt8], at offset: Int64) {
        state.withLock { state in
            let place = state.pieces.firstIndex { $0.start > offset } ?? state.pieces.count
            state.pieces.insert((offset, bytes), at: place)
        }
    }

    /// What was last read and is not there; `nil` if all that was read was there.
    func takeMissing() -> Range<Int64>? {
        state.withLock { state in
            defer { state.missing = nil }
            return state.missing
        }
    }

    /// Fills `buffer` from `offset` on, if all of it was fetched.
    ///
    /// - Returns: Whether it was; otherwise the range is noted as missing.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        let end = offset + Int64(buffer.count)
        // The buffer's address does not leave the call.
        nonisolated(unsafe) let target = buffer
        return state.withLock { state in
            var position = offset
            for (start, bytes) in state.pieces where start <= position && position < start + Int64(bytes.count) {
                guard position < end else { break }
                let first = Int(position - start)
                let count = min(bytes.count - first, Int(end - position))
                bytes.withUnsafeBytes { source in
                    let part = UnsafeMutableRawBufferPointer(rebasing: target[Int(position - offset)...])
                    part.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[first..<first + count]))
                }
                position += Int64(count)
            }
            guard position < end else { return true }
            state.missing = position..<end
            return false
        }
    }
}
