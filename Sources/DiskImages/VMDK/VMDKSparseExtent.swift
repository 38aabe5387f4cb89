/// The content of a hosted sparse extent: grains found through tables, stored plainly or compressed, in all four
/// layouts of stream-optimised files.
struct VMDKSparseExtent: GuestContent {
    let size: Int64

    private let file: ImageFile
    private let header: VMDKSparseHeader
    private let grains: VMDKGrainDirectory

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
        // What a `PieceReader` of this extent takes beside its caller's buffer.
        if header.isCompressed {
            let memory = CompressedGrain.memory(of: Int(header.grainSize) * 512)
            try budget.take(memory, for: .memory, path: file.path)
        }
        grains = try VMDKGrainDirectory(
            file: file,
            header: header,
            budget: budget,
            cachedTables: cachedTables
        )
    }

    /// The number of guest bytes stored; `nil` when counting them would take reading too many tables.
    func allocatedBytes() throws(DiskImageError) -> Int64? {
        try grains.storedGrains().map { min($0 * grainBytes, size) }
    }

    func piece(at offset: Int64) throws(DiskImageError) -> GuestPiece {
        let grain = UInt64(offset / grainBytes)
        let skip = offset % grainBytes
        let run = try grains.run(at: grain)
        let source: GuestPiece.Source =
            switch run.entry {
            case .absent: .nowhere
            case .stored(let sector):
                .stored(file, start: Int64(sector) * 512 + skip, structure: .grain)
            case .compressed(let sector, let length):
                .compressed(
                    CompressedGrain(
                        file: file,
                        start: Int64(sector) * 512 + Int64(VMDKGrainMarker.byteCount),
                        length: length,
                        grainBytes: Int(grainBytes),
                        guestBytes: header.guestBytes(ofGrain: grain)
                    ),
                    skip: Int(skip)
                )
            }
        return GuestPiece(offset: offset, length: min(Int64(run.end) * grainBytes, size) - offset, source: source)
    }
}
