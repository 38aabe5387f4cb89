/// Writes chunks into a RAW file, and leaves holes where there are zeros.
final class RawChunkWriter: ChunkWorker {
    /// What was done with a chunk.
    struct Output: Sendable {
        /// The byte of the disk after the chunk.
        let end: Int64
        /// The bytes written.
        let dataBytes: Int64
    }

    /// Runs of zeros of this many bytes become holes: the block of most file systems.
    private static let block = 4096

    private let file: OutputFile
    private let reader = PieceReader()
    private let buffer = ScratchBuffer(byteCount: GuestChunk.byteCount)

    init(file: OutputFile) {
        self.file = file
    }

    func process(_ chunk: GuestChunk) throws(DiskImageError) -> Output {
        let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<chunk.count])
        try chunk.read(with: reader, into: bytes)
        let dataBytes = try write(UnsafeRawBufferPointer(bytes), at: chunk.offset)
        return Output(end: chunk.end, dataBytes: dataBytes)
    }

    /// Writes all but whole blocks of zeros.
    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(DiskImageError) -> Int64 {
        var written = 0
        var dataStart = 0
        var position = 0
        func put(upTo end: Int) throws(DiskImageError) {
            guard dataStart < end else { return }
            try file.write(UnsafeRawBufferPointer(rebasing: bytes[dataStart..<end]), at: offset + Int64(dataStart))
            written += end - dataStart
        }
        while position < bytes.count {
            let end = min(position + Self.block, bytes.count)
            if ZeroBytes.fill(UnsafeRawBufferPointer(rebasing: bytes[position..<end])) {
                try put(upTo: position)
                dataStart = end
            }
            position = end
        }
        try put(upTo: bytes.count)
        return Int64(written)
    }
}
