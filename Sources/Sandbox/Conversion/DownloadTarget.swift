import Synchronization

/// The stretch of a file that one download fills, and how far it has come. The transport's thread writes, the task that
/// waits for it reads.
final class DownloadTarget: Sendable {
    private struct State {
        var count: Int64 = 0
        var failure: (any Error)?
    }

    private let file: DataFile
    private let offset: Int64
    private let longest: Int64
    private let skipsZeros: Bool
    private let state = Mutex(State())

    /// Begins a download to `file` from `offset` on, of at most `longest` bytes.
    init(_ file: DataFile, offset: Int64, longest: Int64, skipsZeros: Bool) {
        self.file = file
        self.offset = offset
        self.longest = longest
        self.skipsZeros = skipsZeros
    }

    /// The number of bytes that have come.
    var count: Int64 { state.withLock(\.count) }

    /// Why the last bytes weren't taken, which the transport reports in its own words only.
    var failure: (any Error)? { state.withLock(\.failure) }

    /// Writes the next bytes.
    func take(_ bytes: UnsafeRawBufferPointer) throws {
        let position = count
        do {
            guard Int64(bytes.count) <= longest - position else {
                throw StagingReader.Refusal(description: "it has more than the \(longest) bytes that belong there")
            }
            try file.write(bytes, at: offset + position, skipsZeros: skipsZeros)
        } catch {
            state.withLock { $0.failure = error }
            throw error
        }
        state.withLock { $0.count += Int64(bytes.count) }
    }
}
