/// Several contents one after the other: the extents of a VMDK.
struct JoinedContent: GuestContent {
    private struct Part {
        let start: Int64
        let content: any GuestContent
        var end: Int64 { start + content.size }
    }

    let size: Int64
    private let parts: [Part]

    /// Joins contents in their order; `nil` when their sizes add up to more than an `Int64`.
    init?(_ contents: [any GuestContent]) {
        var start: Int64 = 0
        var parts: [Part] = []
        for content in contents {
            parts.append(Part(start: start, content: content))
            let (end, overflow) = start.addingReportingOverflow(content.size)
            guard !overflow else { return nil }
            start = end
        }
        size = start
        self.parts = parts
    }

    func piece(at offset: Int64) throws(DiskImageError) -> GuestPiece {
        guard let part = part(at: offset) else {
            return GuestPiece(offset: offset, length: size - offset, source: .nowhere)
        }
        var piece = try part.content.piece(at: offset - part.start)
        piece.offset = offset
        return piece
    }

    /// The part that holds `offset`, by binary search: the last one that starts at or before it.
    private func part(at offset: Int64) -> Part? {
        var low = 0
        var high = parts.count
        while low < high {
            let middle = (low + high) / 2
            if parts[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low < parts.count ? parts[low] : nil
    }
}
