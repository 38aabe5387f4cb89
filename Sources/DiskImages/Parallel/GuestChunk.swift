/// A stretch of the guest's bytes that one thread works on.
struct GuestChunk: Sendable {
    /// The bytes of a chunk: 128 KiB, which is two grains of a VMDK. It begins at a multiple of this. What is read must
    /// still be in the processor's own cache when it is compressed or written: with 512 KiB a conversion took a third
    /// more processor time.
    static let byteCount = 128 << 10

    /// The first byte on the guest's disk.
    let offset: Int64
    /// The number of bytes: `byteCount`, or fewer at the end of the disk.
    let count: Int
    /// What is stored of it, in order; what lies between is zeros.
    let pieces: [GuestPiece]

    /// The byte after the last.
    var end: Int64 { offset + Int64(count) }

    /// Fills `buffer`, which is as long as the chunk, with the chunk's bytes.
    func read(
        with reader: PieceReader,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError) {
        var position = offset
        for piece in pieces {
            clear(buffer, from: position, to: piece.offset)
            let first = Int(piece.offset - offset)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[first..<first + Int(piece.length)])
            try reader.read(piece, into: part)
            position = piece.end
        }
        clear(buffer, from: position, to: end)
    }

    private func clear(_ buffer: UnsafeMutableRawBufferPointer, from start: Int64, to end: Int64) {
        guard start < end else { return }
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[Int(start - offset)..<Int(end - offset)])
        part.initializeMemory(as: UInt8.self, repeating: 0)
    }
}
