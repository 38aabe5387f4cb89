/// Cuts a disk into chunks, and leaves out those that nothing is stored for.
///
/// It reads the tables and is used by one thread; the chunks it gives can be read by others.
struct GuestChunks {
    private let content: any GuestContent
    private var position: Int64 = 0
    /// What the last look at the content gave beyond the chunk it was for.
    private var rest: GuestPiece?

    init(_ content: any GuestContent) {
        self.content = content
    }

    /// The next chunk that something is stored for; `nil` at the end of the disk.
    mutating func next() throws(DiskImageError) -> GuestChunk? {
        let size = Int64(GuestChunk.byteCount)
        while position < content.size {
            let start = position / size * size
            let end = min(start + size, content.size)
            var pieces: [GuestPiece] = []
            while position < end {
                let whole = if let rest { rest } else { try content.piece(at: position) }
                let piece = whole.until(end)
                rest = piece.end < whole.end ? whole.from(piece.end) : nil
                if piece.kind == .data { pieces.append(piece) }
                position = piece.end
            }
            if !pieces.isEmpty { return GuestChunk(offset: start, count: Int(end - start), pieces: pieces) }
            // A run of zeros may be longer than the disks there are: chunks in it are not counted one by one.
            if let zeros = rest, zeros.kind == .zero, zeros.end - position > size {
                position = zeros.end / size * size
                rest = zeros.end > position ? zeros.from(position) : nil
            }
        }
        return nil
    }
}
