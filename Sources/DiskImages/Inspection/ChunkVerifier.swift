/// Verifies what is stored for a chunk. Ranges and overlaps have been checked when its pieces were found; what remains
/// is to inflate compressed grains.
final class ChunkVerifier: ChunkWorker {
    /// What was found in a chunk.
    struct Output: Sendable {
        /// The byte of the disk after the chunk.
        let end: Int64
        /// The guest bytes stored.
        var checkedBytes: Int64 = 0
        /// The compressed grains that were inflated.
        var grains = 0
        /// What is damaged.
        var damages: [DiskImageError] = []
    }

    private let reader = PieceReader()

    func process(_ chunk: GuestChunk) throws(DiskImageError) -> Output {
        var output = Output(end: chunk.end)
        for piece in chunk.pieces {
            output.checkedBytes += piece.length
            // The rest of a grain that began in the chunk before was verified there.
            guard case .compressed(let grain, skip: 0) = piece.source else { continue }
            output.grains += 1
            do throws(DiskImageError) {
                try reader.verify(grain)
            } catch {
                output.damages.append(error)
            }
        }
        return output
    }
}
