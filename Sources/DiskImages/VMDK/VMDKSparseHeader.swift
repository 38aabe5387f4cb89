/// The header of a hosted sparse extent (VMware Virtual Disk Format 5.0, "Hosted Sparse Extents"), checked.
struct VMDKSparseHeader: Equatable {
    /// The header's length in bytes: one sector.
    static let byteCount = 512
    /// Grain table entries in one grain table; the specification allows no other number.
    static let entriesPerTable = 512
    /// The value of the grain directory's offset that sends the reader to the footer.
    static let directoryAtEnd = UInt64.max

    /// Grains in sectors: a power of two of 8 at least. The specification gives no upper end; 2 MiB keep a reader's
    /// buffers small, and no known producer exceeds 64 KiB.
    private static let grainSectors: ClosedRange<UInt64> = 8...4096

    private struct Flags: OptionSet {
        let rawValue: UInt32
        static let newlineTest = Flags(rawValue: 1 << 0)
        static let zeroedGrains = Flags(rawValue: 1 << 2)
        static let compressed = Flags(rawValue: 1 << 16)
        static let markers = Flags(rawValue: 1 << 17)
    }

    /// The disk or extent in sectors.
    let capacity: UInt64
    /// A grain in sectors.
    let grainSize: UInt64
    /// Where an embedded descriptor is, in sectors; zero for none.
    let descriptorOffset: UInt64
    /// The length of an embedded descriptor in sectors.
    let descriptorSize: UInt64
    /// Where the grain directory is, in sectors.
    let directoryOffset: UInt64
    /// The grains are zlib streams behind a marker.
    let isCompressed: Bool
    /// A grain table entry of 1 means a grain of zeros.
    let hasZeroedGrains: Bool
    /// The file was not closed by the program that wrote it.
    let isUnclean: Bool

    /// The number of grain directory entries: one for each grain table.
    var tableCount: UInt64 {
        // Neither product nor sum can overflow: `capacity` is bounded by `init`, a grain by 4,096 sectors.
        let coverage = UInt64(Self.entriesPerTable) * grainSize
        return (capacity + coverage - 1) / coverage
    }

    /// The bytes of a grain the guest sees: fewer in the last one when the disk is no multiple of the grain.
    func guestBytes(ofGrain grain: UInt64) -> Int {
        let first = grain * grainSize
        return first < capacity ? Int(min(grainSize, capacity - first)) * 512 : 0
    }

    /// Reads a header or a footer, which has the same form.
    ///
    /// - Parameters:
    ///   - bytes: The 512 bytes of the sector.
    ///   - offset: Where they are in the file, in bytes, for the error.
    init(_ bytes: [UInt8], path: String, offset: Int64) throws(DiskImageError) {
        func fail(_ field: Int, _ reason: DiskImageError.Reason) -> DiskImageError {
            DiskImageError(path: path, offset: offset + Int64(field), reason: reason)
        }
        func invalid(_ field: Int, _ name: String, _ value: UInt64, _ expected: String) -> DiskImageError {
            fail(field, .invalidField(name, value: value, expected: expected))
        }
        guard bytes.starts(with: "KDMV".utf8), let version = bytes.littleEndian32(at: 4),
            let rawFlags = bytes.littleEndian32(at: 8), let capacity = bytes.littleEndian64(at: 12),
            let grainSize = bytes.littleEndian64(at: 20), let descriptorOffset = bytes.littleEndian64(at: 28),
            let descriptorSize = bytes.littleEndian64(at: 36), let entries = bytes.littleEndian32(at: 44),
            let directoryOffset = bytes.littleEndian64(at: 56), let compression = bytes.littleEndian16(at: 77)
        else { throw invalid(0, "magic number", UInt64(bytes.littleEndian32(at: 0) ?? 0), "KDMV") }
        let flags = Flags(rawValue: rawFlags)
        // Line ends translated on the way shift or change these bytes, so this comes before what they spoil.
        guard !flags.contains(.newlineTest) || bytes[73..<77].elementsEqual([0x0A, 0x20, 0x0D, 0x0A]) else {
            throw fail(73, .textModeTransfer)
        }
        guard 1...3 ~= version else { throw fail(4, .unsupportedVersion(UInt64(version))) }
        guard 1...UInt64(Int64.max / 512) ~= capacity else {
            throw invalid(12, "capacity in sectors", capacity, "1 to 2^54")
        }
        guard Self.grainSectors ~= grainSize, grainSize.nonzeroBitCount == 1 else {
            throw invalid(20, "grain size in sectors", grainSize, "a power of two from 8 to 4096")
        }
        guard entries == Self.entriesPerTable else {
            throw invalid(44, "number of grain table entries", UInt64(entries), "512")
        }
        let isCompressed = flags.contains(.compressed)
        guard isCompressed == (compression == 1), compression <= 1 else {
            throw invalid(77, "compression algorithm", UInt64(compression), isCompressed ? "1 (deflate)" : "0")
        }
        guard !isCompressed || flags.contains(.markers) else {
            throw invalid(8, "flags", UInt64(rawFlags), "markers (bit 17) with compression (bit 16)")
        }
        self.capacity = capacity
        self.grainSize = grainSize
        self.descriptorOffset = descriptorOffset
        self.descriptorSize = descriptorSize
        self.directoryOffset = directoryOffset
        self.isCompressed = isCompressed
        hasZeroedGrains = flags.contains(.zeroedGrains)
        isUnclean = bytes[72] != 0
    }

    /// Reads the header of a file, and the footer where there is one, and gives the one that leads to the tables.
    static func read(from file: ImageFile) throws(DiskImageError) -> VMDKSparseHeader {
        let bytes = try file.bytes(at: 0, count: byteCount, of: .header)
        let header = try VMDKSparseHeader(bytes, path: file.path, offset: 0)
        guard let footer = try footer(of: file) else {
            guard header.directoryOffset != directoryAtEnd else {
                throw DiskImageError(path: file.path, offset: file.byteCount, reason: .footerMissing)
            }
            return header
        }
        guard footer.capacity == header.capacity, footer.grainSize == header.grainSize,
            footer.isCompressed == header.isCompressed, footer.directoryOffset != directoryAtEnd,
            header.directoryOffset == directoryAtEnd || header.directoryOffset == footer.directoryOffset
        else { throw DiskImageError(path: file.path, offset: file.byteCount - 1024, reason: .copiesDiffer) }
        return VMDKSparseHeader(footer: footer, header: header)
    }

    /// The footer of a stream-optimised file: marker, footer and end-of-stream marker are its last three sectors.
    private static func footer(of file: ImageFile) throws(DiskImageError) -> VMDKSparseHeader? {
        guard file.byteCount >= Int64(4 * byteCount), file.byteCount.isMultiple(of: 512) else { return nil }
        let start = file.byteCount - Int64(3 * byteCount)
        let tail = try file.bytes(at: start, count: 2 * byteCount, of: .footer)
        // A marker: sectors that follow, a size of zero, and the type, 3 for a footer.
        guard tail.littleEndian64(at: 0) == 1, tail.littleEndian32(at: 8) == 0, tail.littleEndian32(at: 12) == 3,
            tail.dropFirst(byteCount).starts(with: "KDMV".utf8)
        else { return nil }
        return try VMDKSparseHeader(Array(tail.dropFirst(byteCount)), path: file.path, offset: start + 512)
    }

    /// The footer leads to the tables; some producers leave the descriptor out of it.
    private init(footer: VMDKSparseHeader, header: VMDKSparseHeader) {
        capacity = footer.capacity
        grainSize = footer.grainSize
        descriptorOffset = header.descriptorOffset
        descriptorSize = header.descriptorSize
        directoryOffset = footer.directoryOffset
        isCompressed = footer.isCompressed
        hasZeroedGrains = footer.hasZeroedGrains
        isUnclean = header.isUnclean
    }
}
