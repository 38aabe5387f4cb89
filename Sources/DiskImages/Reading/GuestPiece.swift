/// A run of guest bytes and where they are stored: all that a thread needs to read them by itself.
struct GuestPiece: Sendable {
    /// Where the bytes come from.
    enum Source: Sendable {
        /// Nowhere: the guest reads zeros.
        case nowhere
        /// As they are in a file, from byte `start` on.
        case stored(ImageFile, start: Int64, structure: ImageStructure)
        /// Out of a compressed grain, `skip` bytes after its first.
        case compressed(CompressedGrain, skip: Int)
    }

    /// The first byte, counted from the start of the content that gave the piece.
    var offset: Int64
    /// The number of bytes, more than zero.
    var length: Int64
    /// Where the bytes come from.
    var source: Source

    /// The byte after the last.
    var end: Int64 { offset + length }

    /// Whether an image stores bytes for the piece.
    var kind: DiskImageExtent.Kind {
        if case .nowhere = source { .zero } else { .data }
    }

    /// The part of the piece before `end`, which lies inside it or behind it.
    func until(_ end: Int64) -> GuestPiece {
        var piece = self
        piece.length = min(length, end - offset)
        return piece
    }

    /// The part of the piece from `start` on, which lies inside it.
    func from(_ start: Int64) -> GuestPiece {
        var piece = self
        let skipped = start - offset
        piece.offset = start
        piece.length -= skipped
        switch source {
        case .nowhere: break
        case .stored(let file, let first, let structure):
            piece.source = .stored(file, start: first + skipped, structure: structure)
        case .compressed(let grain, let skip):
            piece.source = .compressed(grain, skip: skip + Int(skipped))
        }
        return piece
    }
}
