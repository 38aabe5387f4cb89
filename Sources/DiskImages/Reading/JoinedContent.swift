/// Several contents one after the other: the extents of a VMDK.
struct JoinedContent: GuestContent {
    private struct Piece {
        let start: Int64
        let content: any GuestContent
        var end: Int64 { start + content.size }
    }

    let size: Int64
    private let pieces: [Piece]

    /// Joins contents in their order; `nil` when their sizes add up to more than an `Int64`.
    init?(_ contents: [any GuestContent]) {
        var start: Int64 = 0
        var pieces: [Piece] = []
        for content in contents {
            pieces.append(Piece(start: start, content: content))
            let (end, overflow) = start.addingReportingOverflow(content.size)
            guard !overflow else { return nil }
            start = end
        }
        size = start
        self.pieces = pieces
    }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(DiskImageError) {
        var done = 0
        while done < buffer.count, let piece = piece(at: offset + Int64(done)) {
            let position = offset + Int64(done)
            let count = Int(min(Int64(buffer.count - done), piece.end - position))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
            try piece.content.read(at: position - piece.start, into: part)
            done += count
        }
    }

    func run(at offset: Int64) throws(DiskImageError) -> (kind: DiskImageExtent.Kind, end: Int64) {
        guard let piece = piece(at: offset) else { return (.zero, size) }
        let run = try piece.content.run(at: offset - piece.start)
        return (run.kind, run.end + piece.start)
    }

    /// The piece that holds `offset`, by binary search: the last one that starts at or before it.
    private func piece(at offset: Int64) -> Piece? {
        var low = 0
        var high = pieces.count
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low < pieces.count ? pieces[low] : nil
    }
}
