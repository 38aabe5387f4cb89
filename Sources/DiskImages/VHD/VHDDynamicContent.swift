/// The content of a dynamic VHD: blocks found through a table, each behind a bitmap of the sectors it holds.
///
/// The sectors a block does not hold read as zeros. All blocks are claimed when the image is opened: no sector of the
/// file may be stored for two of them.
final class VHDDynamicContent: GuestContent {
    /// The table's entry of a block that is not stored.
    private static let absent = UInt32.max

    let size: Int64
    /// The guest bytes of the blocks that are stored.
    let allocatedBytes: Int64

    private let file: ImageFile
    private let header: VHDDynamicHeader
    private let blocks: [UInt32]
    private var bitmaps = TableCache<[UInt8]>(capacity: 32)

    private var blockSize: Int64 { Int64(header.blockSize) }

    /// Reads the table.
    ///
    /// - Parameter dataEnd: Where the footer begins: blocks lie before it.
    init(
        file: ImageFile,
        footer: VHDFooter,
        header: VHDDynamicHeader,
        dataEnd: Int64,
        budget: ReadingBudget
    ) throws(DiskImageError) {
        let size = Int64(clamping: footer.currentSize)
        let blockSize = Int64(header.blockSize)
        let count = (size - 1) / blockSize + 1
        guard count <= Int64(header.entries) else {
            let room = UInt64(header.entries) * UInt64(header.blockSize)
            throw DiskImageError(
                path: file.path,
                offset: Int64(clamping: footer.dataOffset) + 28,
                reason: .sizesDisagree(.virtualSize, footer.currentSize, room)
            )
        }
        // `count` is at most 2^32, so the bytes of the table fit, and the file bounds them.
        try file.require(UInt64(count) * 4, at: header.tableOffset, of: .blockTable)
        let bitmapMemory = 32 * header.bitmapBytes
        try budget.take(Int(count) * 8 + bitmapMemory, for: .blockTable, path: file.path)
        let table = try file.bytes(at: Int64(header.tableOffset), count: Int(count) * 4, of: .blockTable)
        self.file = file
        self.header = header
        self.size = size
        blocks = table.littleEndianWords.map(\.byteSwapped)
        var claims = ClaimedSectors()
        func claim(_ start: UInt64, _ bytes: UInt64, _ structure: ImageStructure) throws(DiskImageError) {
            let first = start / 512
            let last = (start + bytes + 511) / 512
            try claims.claim(first, count: last - first, for: structure, path: file.path, budget: budget)
        }
        try claim(0, UInt64(VHDFooter.byteCount), .header)
        try claim(footer.dataOffset, UInt64(VHDDynamicHeader.byteCount), .dynamicHeader)
        try claim(header.tableOffset, UInt64(count) * 4, .blockTable)
        try claim(UInt64(dataEnd), UInt64(file.byteCount - dataEnd), .footer)
        var allocatedBytes: Int64 = 0
        for (number, sector) in blocks.enumerated() where sector != Self.absent {
            // The last block may be stored as far as the disk goes.
            let guestBytes = min(blockSize, size - Int64(number) * blockSize)
            let start = UInt64(sector) * 512
            let bytes = UInt64(header.bitmapBytes) + UInt64(guestBytes)
            try file.require(bytes, at: start, of: .block)
            try claim(start, bytes, .block)
            allocatedBytes += guestBytes
        }
        self.allocatedBytes = allocatedBytes
    }

    func piece(at offset: Int64) throws(DiskImageError) -> GuestPiece {
        let block = offset / blockSize
        let blockEnd = min((block + 1) * blockSize, size)
        guard let sector = storedSector(ofBlock: block) else {
            return GuestPiece(offset: offset, length: absentEnd(after: block) - offset, source: .nowhere)
        }
        let bitmap = try bitmap(ofBlock: block, at: sector)
        let first = Int(offset % blockSize / 512)
        let isStored = Self.bit(first, of: bitmap)
        let last = Int((blockEnd - block * blockSize) / 512)
        var end = first + 1
        while end < last {
            // Whole bytes of the bitmap at once: most blocks are stored in full.
            if end.isMultiple(of: 8), end + 8 <= last, bitmap[end / 8] == (isStored ? 0xFF : 0) {
                end += 8
            } else if Self.bit(end, of: bitmap) == isStored {
                end += 1
            } else {
                break
            }
        }
        let length = block * blockSize + Int64(end) * 512 - offset
        let start = Int64(sector) * 512 + Int64(header.bitmapBytes) + offset % blockSize
        return GuestPiece(
            offset: offset,
            length: length,
            source: isStored ? .stored(file, start: start, structure: .block) : .nowhere
        )
    }

    /// The first byte after the blocks from `block` on that are not stored.
    private func absentEnd(after block: Int64) -> Int64 {
        var next = Int(block) + 1
        while blocks.indices.contains(next), blocks[next] == Self.absent { next += 1 }
        return min(Int64(next) * blockSize, size)
    }

    private func storedSector(ofBlock block: Int64) -> UInt32? {
        guard let number = Int(exactly: block), blocks.indices.contains(number), blocks[number] != Self.absent else {
            return nil
        }
        return blocks[number]
    }

    private func bitmap(ofBlock block: Int64, at sector: UInt32) throws(DiskImageError) -> [UInt8] {
        if let bitmap = bitmaps.table(Int(block)) { return bitmap }
        let bitmap = try file.bytes(at: Int64(sector) * 512, count: header.bitmapBytes, of: .block)
        bitmaps.insert(bitmap, as: Int(block))
        return bitmap
    }

    /// The most significant bit of a byte stands for its first sector.
    private static func bit(_ index: Int, of bitmap: [UInt8]) -> Bool {
        bitmap[index / 8] & (0x80 >> UInt8(index % 8)) != 0
    }
}
