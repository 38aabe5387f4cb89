/// The two levels of tables that lead to the grains of a sparse extent.
///
/// A table is read when a grain of it is needed. The first time, everything it leads to is claimed: no sector of the
/// file may be stored for two grains, and a compressed grain must bear the address the table gives it.
final class VMDKGrainDirectory {
    private static let entriesPerTable = UInt64(VMDKSparseHeader.entriesPerTable)

    private let file: ImageFile
    private let header: VMDKSparseHeader
    private let budget: ReadingBudget
    private let compressedGrains: VMDKCompressedGrains?
    private let directory: [UInt32]
    private var tables: TableCache<VMDKGrainTable>
    private var claims = ClaimedSectors()
    /// For each table whether its grains are claimed, so that a table read again is not taken for an overlap.
    private var isClaimed: [Bool]

    /// Reads the directory.
    ///
    /// - Parameters:
    ///   - compressedGrains: What knows the lengths of compressed grains; `nil` where grains are stored plainly.
    ///   - cachedTables: The number of grain tables kept in memory.
    init(
        file: ImageFile,
        header: VMDKSparseHeader,
        compressedGrains: VMDKCompressedGrains?,
        budget: ReadingBudget,
        cachedTables: Int
    ) throws(DiskImageError) {
        self.file = file
        self.header = header
        self.budget = budget
        self.compressedGrains = compressedGrains
        // `tableCount` is below 2^42 for any header, so its bytes can't overflow, and the file bounds them.
        let byteCount = header.tableCount * 4
        let (start, overflow) = header.directoryOffset.multipliedReportingOverflow(by: 512)
        try file.require(byteCount, at: overflow ? .max : start, of: .grainDirectory)
        // In memory: the bytes while they are decoded, the entries, and what is claimed.
        let memory = Int(byteCount) * 3 + cachedTables * VMDKGrainTable.byteCount
        try budget.take(memory, for: .grainDirectory, path: file.path)
        directory = try file.bytes(at: Int64(start), count: Int(byteCount), of: .grainDirectory).littleEndianWords
        tables = TableCache(capacity: cachedTables)
        isClaimed = [Bool](repeating: false, count: directory.count)
        try claim(sector: 0, bytes: UInt64(VMDKSparseHeader.byteCount), for: .header)
        if header.descriptorOffset > 0 {
            let (length, overflow) = header.descriptorSize.multipliedReportingOverflow(by: 512)
            try claim(sector: header.descriptorOffset, bytes: overflow ? .max : length, for: .descriptor)
        }
        try claim(sector: header.directoryOffset, bytes: byteCount, for: .grainDirectory)
    }

    /// Where a grain of the disk is stored.
    func entry(ofGrain grain: UInt64) throws(DiskImageError) -> VMDKGrainTable.Entry {
        let number = Int(grain / Self.entriesPerTable)
        guard directory.indices.contains(number), directory[number] != 0 else { return .absent }
        let index = Int(grain % Self.entriesPerTable)
        if let table = tables.table(number) { return table[index] }
        let sector = UInt64(directory[number])
        let table = try readTable(at: sector)
        if !isClaimed[number] {
            try claim(sector: sector, bytes: UInt64(VMDKGrainTable.byteCount), for: .grainTable)
            try claimGrains(of: table, from: UInt64(number) * Self.entriesPerTable)
            isClaimed[number] = true
        }
        tables.insert(table, as: number)
        return table[index]
    }

    /// The first grain after `grain` that is stored otherwise than it, or that another table leads to.
    func runEnd(after grain: UInt64) throws(DiskImageError) -> UInt64 {
        let tableEnd = (grain / Self.entriesPerTable + 1) * Self.entriesPerTable
        let isStored = try entry(ofGrain: grain) != .absent
        var end = grain + 1
        while end < tableEnd {
            guard try (entry(ofGrain: end) != .absent) == isStored else { break }
            end += 1
        }
        return end
    }

    /// The number of grains stored, out of the tables alone; `nil` when there are more tables than may be walked.
    func storedGrains() throws(DiskImageError) -> Int64? {
        guard directory.count <= budget.limits.inspectedTables else { return nil }
        var grains: Int64 = 0
        for sector in directory where sector != 0 {
            let table = try readTable(at: UInt64(sector))
            for index in 0..<VMDKSparseHeader.entriesPerTable where table[index] != .absent { grains += 1 }
        }
        return grains
    }

    /// Reads a table; every grain it names must at least begin inside the file.
    private func readTable(at sector: UInt64) throws(DiskImageError) -> VMDKGrainTable {
        let bytes = try file.bytes(at: Int64(sector) * 512, count: VMDKGrainTable.byteCount, of: .grainTable)
        let table = VMDKGrainTable(bytes, hasZeroedGrains: header.hasZeroedGrains)
        for index in 0..<VMDKSparseHeader.entriesPerTable {
            guard case .stored(let grain) = table[index] else { continue }
            try file.require(1, at: grain * 512, of: .grain)
        }
        return table
    }

    private func claimGrains(of table: VMDKGrainTable, from first: UInt64) throws(DiskImageError) {
        for index in 0..<VMDKSparseHeader.entriesPerTable {
            guard case .stored(let sector) = table[index] else { continue }
            let grain = first + UInt64(index)
            // Entries behind the end of the disk lead nowhere the guest could read.
            guard grain * header.grainSize < header.capacity else { return }
            let bytes =
                try compressedGrains?.storedBytes(ofGrain: grain, at: sector)
                ?? UInt64(header.guestBytes(ofGrain: grain))
            try claim(sector: sector, bytes: bytes, for: .grain)
        }
    }

    private func claim(sector: UInt64, bytes: UInt64, for structure: ImageStructure) throws(DiskImageError) {
        let (start, overflow) = sector.multipliedReportingOverflow(by: 512)
        try file.require(bytes, at: overflow ? .max : start, of: structure)
        try claims.claim(sector, count: (bytes + 511) / 512, for: structure, path: file.path, budget: budget)
    }
}
