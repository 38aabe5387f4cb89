/// What one thread of a `ChunkPipeline` does to a chunk. It owns its buffers and is used by that thread alone.
protocol ChunkWorker<Output>: SendableMetatype {
    /// What becomes of a chunk.
    associatedtype Output: Sendable

    /// Works on one chunk.
    func process(_ chunk: GuestChunk) throws(DiskImageError) -> Output
}
