/// The grains of a chunk as they stand in a stream-optimised file: each with its marker, padded to whole sectors.
struct CompressedChunk: Sendable {
    /// A grain that is not all zeros.
    struct Grain: Sendable {
        /// The grain's number on the disk.
        let number: UInt64
        /// Where its marker is, in sectors from the chunk's first.
        let sector: UInt64
    }

    /// The byte of the disk after the chunk.
    let end: Int64
    /// The grains, in order.
    let grains: [Grain]
    /// What to write.
    let bytes: [UInt8]
}
