/// The sectors of one file that something is known to be stored in.
///
/// A small image can name one stored grain millions of times and so grow to terabytes; nothing that is stored may
/// therefore be claimed twice. Claims are kept as runs of sectors that grow together, so a file written from front to
/// back costs a few bytes, and any other order at most eight bytes a run, out of the image's budget.
struct ClaimedSectors {
    /// A run inside one bucket of 65,536 sectors; `end` is exclusive.
    private struct Run {
        var start: UInt32
        var end: UInt32
    }

    private static let bucketShift: UInt64 = 16
    /// What a bucket costs beside its runs: the dictionary's entry and the array's header.
    private static let bucketCost = 96

    private var buckets: [UInt64: [Run]] = [:]

    /// Claims `count` sectors from `start` on.
    ///
    /// - Parameters:
    ///   - structure: What is stored there, for the error.
    ///   - path: The file, for the error.
    /// - Throws: `overlap` when one of the sectors is claimed already; `overLimit` when the budget is used up.
    mutating func claim(
        _ start: UInt64,
        count: UInt64,
        for structure: ImageStructure,
        path: String,
        budget: ReadingBudget
    ) throws(DiskImageError) {
        let (end, overflow) = start.addingReportingOverflow(count)
        guard !overflow else { throw Self.overlap(structure, at: start, path: path) }
        var position = start
        while position < end {
            let bucket = position >> Self.bucketShift
            let base = bucket << Self.bucketShift
            let pieceEnd = min(end - base, 1 << Self.bucketShift)
            let piece = Run(start: UInt32(position - base), end: UInt32(pieceEnd))
            if buckets[bucket] == nil {
                try budget.take(Self.bucketCost, for: .memory, path: path)
            }
            var growth = 0
            guard Self.insert(piece, into: &buckets[bucket, default: []], growth: &growth) else {
                throw Self.overlap(structure, at: position, path: path)
            }
            if growth > 0 {
                try budget.take(MemoryLayout<Run>.stride, for: .memory, path: path)
            } else if growth < 0 {
                budget.release(MemoryLayout<Run>.stride)
            }
            position = base + pieceEnd
        }
    }

    private static func overlap(_ structure: ImageStructure, at sector: UInt64, path: String) -> DiskImageError {
        let (offset, overflow) = sector.multipliedReportingOverflow(by: 512)
        return DiskImageError(path: path, offset: overflow ? nil : Int64(exactly: offset), reason: .overlap(structure))
    }

    /// Puts a run into its place among the others, grown together with neighbours it touches; `false` on an overlap.
    private static func insert(_ run: Run, into runs: inout [Run], growth: inout Int) -> Bool {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].start < run.start { low = middle + 1 } else { high = middle }
        }
        let previous = low > 0 ? runs[low - 1] : nil
        let next = low < runs.count ? runs[low] : nil
        if let previous, previous.end > run.start { return false }
        if let next, next.start < run.end { return false }
        let touchesPrevious = previous?.end == run.start
        let touchesNext = next?.start == run.end
        switch (touchesPrevious, touchesNext) {
        case (true, true):
            runs[low - 1].end = runs[low].end
            runs.remove(at: low)
            growth = -1
        case (true, false):
            runs[low - 1].end = run.end
        case (false, true):
            runs[low].start = run.start
        case (false, false):
            runs.insert(run, at: low)
            growth = 1
        }
        return true
    }
}
