/// Writes a stream-optimised VMDK from front to back: version 3, the layout of ESX and ovftool.
///
/// Header, descriptor, and from sector 128 on the grains, each 512 of them followed by their grain table; then the
/// grain directory, the footer, which alone leads to it, and the end-of-stream marker (Virtual Disk Format 5.0,
/// "Stream-Optimized Compressed Sparse Extents"). ESX refuses version 1. Tables of zeros alone are left out.
struct VMDKStreamWriter {
    /// The size of a grain in bytes: 64 KiB, what every producer writes.
    static let grainBytes = 64 << 10

    /// What a marker announces.
    private enum MarkerType: UInt32 {
        case endOfStream = 0
        case grainTable = 1
        case grainDirectory = 2
        case footer = 3
    }

    private static let sector = 512
    private static let grainSectors = UInt64(grainBytes / sector)
    private static let descriptorSectors: UInt64 = 20
    private static let firstGrainSector: UInt64 = 128

    /// The length of the file so far, in bytes.
    private(set) var byteCount: Int64
    /// The guest bytes of the grains written so far.
    private(set) var dataBytes: Int64 = 0

    private let file: OutputFile
    private let path: String
    private let capacity: UInt64
    /// For each grain table its sector, zero for none.
    private var directory: [UInt32]
    /// The grain table that is being filled, and its number.
    private var table = [UInt32](repeating: 0, count: VMDKSparseHeader.entriesPerTable)
    private var tableNumber: Int?

    /// Writes header and descriptor.
    ///
    /// - Parameters:
    ///   - path: The file's final name, for errors.
    ///   - capacity: The size of the disk in sectors.
    init(file: OutputFile, path: String, capacity: UInt64) throws(DiskImageError) {
        self.file = file
        self.path = path
        self.capacity = capacity
        let coverage = Self.grainSectors * UInt64(VMDKSparseHeader.entriesPerTable)
        directory = [UInt32](repeating: 0, count: Int((capacity + coverage - 1) / coverage))
        byteCount = 0
        var front = Self.header(capacity: capacity, directory: VMDKSparseHeader.directoryAtEnd)
        front += Array(VMDKStreamDescriptor.text(capacity: capacity).utf8)
        front += [UInt8](repeating: 0, count: Int(Self.firstGrainSector) * Self.sector - front.count)
        try write(front)
    }

    /// Writes the grains of a chunk; chunks come in the order of the disk.
    mutating func append(_ chunk: CompressedChunk) throws(DiskImageError) {
        guard let first = chunk.grains.first else { return }
        // A chunk never reaches over the end of a table: 32 MiB are a multiple of its size.
        let number = Int(first.number) / VMDKSparseHeader.entriesPerTable
        if tableNumber != number {
            try writeTable()
            tableNumber = number
        }
        let start = try currentSector(for: .grain)
        for grain in chunk.grains {
            let (sector, overflow) = start.addingReportingOverflow(UInt32(grain.sector))
            guard !overflow else { throw tooLong(.grain) }
            table[Int(grain.number) % VMDKSparseHeader.entriesPerTable] = sector
        }
        dataBytes += Int64(chunk.grains.count * Self.grainBytes)
        try write(chunk.bytes)
    }

    /// Writes what comes after the last grain.
    mutating func finish() throws(DiskImageError) {
        try writeTable()
        let bytes = Self.bytes(of: directory)
        try write(Self.marker(.grainDirectory, sectors: UInt64(bytes.count / Self.sector)))
        let start = try currentSector(for: .grainDirectory)
        try write(bytes)
        try write(Self.marker(.footer, sectors: 1))
        try write(Self.header(capacity: capacity, directory: UInt64(start)))
        try write(Self.marker(.endOfStream, sectors: 0))
    }

    private mutating func writeTable() throws(DiskImageError) {
        guard let number = tableNumber else { return }
        try write(Self.marker(.grainTable, sectors: UInt64(VMDKGrainTable.byteCount / Self.sector)))
        directory[number] = try currentSector(for: .grainTable)
        try write(Self.bytes(of: table))
        for index in table.indices { table[index] = 0 }
    }

    private mutating func write(_ bytes: [UInt8]) throws(DiskImageError) {
        let count = Int64(bytes.count)
        let offset = byteCount
        let file = file
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(DiskImageError) in try file.write(bytes, at: offset) }
        }
        try result.get()
        byteCount += count
    }

    /// The sector that is written next; tables hold 32 bits of it.
    private func currentSector(for structure: ImageStructure) throws(DiskImageError) -> UInt32 {
        guard let sector = UInt32(exactly: byteCount / Int64(Self.sector)) else { throw tooLong(structure) }
        return sector
    }

    private func tooLong(_ structure: ImageStructure) -> DiskImageError {
        let limit = UInt64(UInt32.max) * UInt64(Self.sector)
        return DiskImageError(path: path, reason: .overLimit(structure, value: UInt64(byteCount), limit: limit))
    }

    /// A header, or a footer, which differs only in where the directory is.
    private static func header(capacity: UInt64, directory: UInt64) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: VMDKSparseHeader.byteCount)
        header.replaceSubrange(0..<4, with: "KDMV".utf8)
        header.put(UInt32(3), at: 4)
        // The test of line ends, compressed grains, markers.
        header.put(UInt32(0x0003_0001), at: 8)
        header.put(capacity, at: 12)
        header.put(grainSectors, at: 20)
        header.put(UInt64(1), at: 28)
        header.put(descriptorSectors, at: 36)
        header.put(UInt32(VMDKSparseHeader.entriesPerTable), at: 44)
        header.put(directory, at: 56)
        header.put(firstGrainSector, at: 64)
        header.replaceSubrange(73..<77, with: [0x0A, 0x20, 0x0D, 0x0A])
        header.put(UInt16(1), at: 77)
        return header
    }

    /// A marker of something else than a grain: the sectors that follow it, a size of zero, and its type.
    private static func marker(_ type: MarkerType, sectors: UInt64) -> [UInt8] {
        var marker = [UInt8](repeating: 0, count: sector)
        marker.put(sectors, at: 0)
        marker.put(type.rawValue, at: 12)
        return marker
    }

    /// Numbers as they stand in a table, padded to whole sectors.
    private static func bytes(of words: [UInt32]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (words.count * 4 + sector - 1) / sector * sector)
        for (index, word) in words.enumerated() where word != 0 { bytes.put(word, at: index * 4) }
        return bytes
    }
}

extension [UInt8] {
    /// Overwrites a number, little-endian, inside the bytes.
    fileprivate mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
        Swift.withUnsafeBytes(of: value.littleEndian) { replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
}
