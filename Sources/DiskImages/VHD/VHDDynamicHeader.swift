/// The second header of a dynamic VHD ("Dynamic Disk Header Format"), checked. Numbers are big-endian.
struct VHDDynamicHeader: Equatable {
    /// The header's length in bytes.
    static let byteCount = 1024
    /// Block sizes that are read: a power of two in this range, in bytes. The specification gives 2 MiB and leaves
    /// others open; the range keeps a block's bitmap between one sector and 64 KiB.
    private static let blockSizes: ClosedRange<UInt32> = 4096...(256 << 20)
    private static let checksumOffset = 36

    /// Where the block allocation table is, in bytes.
    let tableOffset: UInt64
    /// The number of entries the table has room for.
    let entries: UInt32
    /// The guest bytes of a block.
    let blockSize: UInt32

    /// The bytes of the bitmap in front of a block: a bit a sector, padded to whole sectors.
    var bitmapBytes: Int { (Int(blockSize) / 512 / 8 + 511) / 512 * 512 }

    /// Reads the header at `offset`, in bytes.
    init(from file: ImageFile, at offset: UInt64) throws(DiskImageError) {
        try file.require(UInt64(Self.byteCount), at: offset, of: .dynamicHeader)
        let start = Int64(offset)
        let bytes = try file.bytes(at: start, count: Self.byteCount, of: .dynamicHeader)
        func invalid(_ field: Int, _ name: String, _ value: UInt64, _ expected: String) -> DiskImageError {
            let reason = DiskImageError.Reason.invalidField(name, value: value, expected: expected)
            return DiskImageError(path: file.path, offset: start + Int64(field), reason: reason)
        }
        guard bytes.starts(with: "cxsparse".utf8), let tableOffset = bytes.bigEndian64(at: 16),
            let version = bytes.bigEndian32(at: 24), let entries = bytes.bigEndian32(at: 28),
            let blockSize = bytes.bigEndian32(at: 32)
        else { throw invalid(0, "cookie", bytes.bigEndian64(at: 0) ?? 0, "cxsparse") }
        try VHDChecksum.check(bytes, at: Self.checksumOffset, of: .dynamicHeader, path: file.path, offset: start)
        guard version >> 16 == 1 else {
            let reason = DiskImageError.Reason.unsupportedVersion(UInt64(version >> 16))
            throw DiskImageError(path: file.path, offset: start + 24, reason: reason)
        }
        guard Self.blockSizes ~= blockSize, blockSize.nonzeroBitCount == 1 else {
            throw invalid(32, "block size in bytes", UInt64(blockSize), "a power of two from 4 KiB to 256 MiB")
        }
        self.tableOffset = tableOffset
        self.entries = entries
        self.blockSize = blockSize
    }
}
