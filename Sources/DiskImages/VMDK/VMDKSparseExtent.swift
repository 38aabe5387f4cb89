import Glibc

/// The content of a hosted sparse extent: grains found through tables, stored plainly or compressed, in all four
/// layouts of stream-optimised files.
struct VMDKSparseExtent: GuestContent {
    let size: Int64

    private let file: ImageFile
    private let header: VMDKSparseHeader
    private let grains: VMDKGrainDirectory
    private let compressedGrains: VMDKCompressedGrains?

    private var grainBytes: Int64 { Int64(header.grainSize) * 512 }

    /// Opens an extent.
    ///
    /// - Parameter cachedTables: The number of grain tables kept in memory.
    init(
        file: ImageFile,
        header: VMDKSparseHeader,
        budget: ReadingBudget,
        cachedTables: Int
    ) throws(DiskImageError) {
        let limit = budget.limits.virtualSize
        // `capacity` is at most 2^54, so its bytes fit.
        size = Int64(header.capacity) * 512
        guard size <= limit else {
            throw DiskImageError(
                path: file.path,
                offset: 12,
                reason: .overLimit(.virtualSize, value: UInt64(size), limit: UInt64(clamping: limit))
            )
        }
        self.file = file
        self.header = header
        compressedGrains =
            header.isCompressed ? try VMDKCompressedGrains(file: file, header: header, budget: budget) : nil
        grains = try VMDKGrainDirectory(
            file: file,
            header: header,
            compressedGrains: compressedGrains,
            budget: budget,
            cachedTables: cachedTables
        )
    }

    /// The number of guest bytes stored; `nil` when counting them would take reading too many tables.
    func allocatedBytes() throws(DiskImageError) -> Int64? {
        try grains.storedGrains().map { min($0 * grainBytes, size) }
    }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(DiskImageError) {
        var done = 0
        while done < buffer.count {
            let position = offset + Int64(done)
            let grain = UInt64(position / grainBytes)
            let skip = Int(position % grainBytes)
            let count = min(buffer.count - done, Int(grainBytes) - skip)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
            switch try grains.entry(ofGrain: grain) {
            case .absent:
                if let base = part.baseAddress { memset(base, 0, count) }
            case .stored(let sector):
                if let compressedGrains {
                    try compressedGrains.read(
                        grain: grain,
                        at: sector,
                        skipping: skip,
                        guestBytes: header.guestBytes(ofGrain: grain),
                        into: part
                    )
                } else {
                    try file.read(at: Int64(sector) * 512 + Int64(skip), into: part, of: .grain)
                }
            }
            done += count
        }
    }

    func run(at offset: Int64) throws(DiskImageError) -> (kind: DiskImageExtent.Kind, end: Int64) {
        let grain = UInt64(offset / grainBytes)
        let kind: DiskImageExtent.Kind = try grains.entry(ofGrain: grain) == .absent ? .zero : .data
        let end = try grains.runEnd(after: grain)
        return (kind, min(Int64(end) * grainBytes, size))
    }
}
