/// The two levels of tables that lead to the grains of a sparse extent.
///
/// A table is read when a grain of it is needed. The first time, everything it leads to is claimed: no sector of the
/// file may be stored for two grains, and a compressed grain must bear the address the table gives it.
final class VMDKGrainDirectory {
    private static let entriesPerTable = UInt64(VMDKSparseHeader.entriesPerTable)

    private let file: ImageFile
    private let header: VMDKSparseHeader
    private let budget: ReadingBudget
    private let directory: [UInt32]
    private var tables: TableCache<VMDKGrainTable>
    private var claims = ClaimedSectors()
    /// For each table whether its grains are claimed, so that a table read again is not taken for an overlap.
    private var isClaimed: [Bool]

    /// Reads the directory.
    ///
    /// - Parameters:
    ///   - cachedTables: The number of grain tables kept in memory.
    init(
        file: ImageFile,
        header: VMDKSparseHeader,
        budget: ReadingBudget,
        cachedTables: Int
    ) throws(DiskImageError) {
        self.file = file
        self.header = header
        self.budget = budget
        // `tableCount` is below 2^42 for any header, so its bytes can't overflow, and the file bounds them.
        let byteCount = header.tableCount * 4
        let (start, overflow) = header.directoryOffset.multipliedReportingOverflow(by: 512)
        try file.require(byteCount, at: overflow ? .max : start, of: .grainDirectory)
        // In memory: the bytes while they are decoded, the entries, and what is claimed.
        let memory = Int(byteCount) * 3 + cachedTables * VMDKGrainTable.byteCount * (header.isCompressed ? 2 : 1)
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

    /// Where a grain of the disk is stored, and the first grain after it that is stored otherwise, or not next to it.
    ///
    /// Compressed grains stand alone; what is absent or stored plainly comes in runs.
    func run(at grain: UInt64) throws(DiskImageError) -> (entry: VMDKGrainTable.Entry, end: UInt64) {
        let number = Int(grain / Self.entriesPerTable)
        guard let table = try table(number) else { return (.absent, absentEnd(after: number)) }
        let first = Int(grain % Self.entriesPerTable)
        let entry = table[first]
        var next = first + 1
        switch entry {
        case .absent:
            while next < VMDKSparseHeader.entriesPerTable, table[next] == .absent { next += 1 }
        case .stored(let sector):
            var expected = sector + header.grainSize
            while next < VMDKSparseHeader.entriesPerTable, table[next] == .stored(sector: expected) {
                next += 1
                expected += header.grainSize
            }
        case .compressed: break
        }
        return (entry, grain - UInt64(first) + UInt64(next))
    }

    /// A table, checked and claimed; `nil` where the directory leads to none.
    private func table(_ number: Int) throws(DiskImageError) -> VMDKGrainTable? {
        guard directory.indices.contains(number), directory[number] != 0 else { return nil }
        if let table = tables.table(number) { return table }
        let sector = UInt64(directory[number])
        var table = try readTable(at: sector)
        let first = UInt64(number) * Self.entriesPerTable
        if header.isCompressed { table.lengths = try lengths(of: table, from: first) }
        if !isClaimed[number] {
            try claim(sector: sector, bytes: UInt64(VMDKGrainTable.byteCount), for: .grainTable)
            try claimGrains(of: table, from: first)
            isClaimed[number] = true
        }
        tables.insert(table, as: number)
        return table
    }

    /// The first grain after a table that is not there which a table leads to.
    private func absentEnd(after number: Int) -> UInt64 {
        var next = number + 1
        while directory.indices.contains(next), directory[next] == 0 { next += 1 }
        return UInt64(next) * Self.entriesPerTable
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

    /// The lengths of a table's grains, out of markers that must bear the grains' addresses.
    private func lengths(of table: VMDKGrainTable, from first: UInt64) throws(DiskImageError) -> [UInt32] {
        var lengths = [UInt32](repeating: 0, count: VMDKSparseHeader.entriesPerTable)
        for index in lengths.indices {
            guard case .stored(let sector) = table[index], isOnDisk(first + UInt64(index)) else { continue }
            lengths[index] = try VMDKGrainMarker.length(
                in: file,
                at: Int64(sector) * 512,
                lba: (first + UInt64(index)) * header.grainSize,
                grainBytes: Int(header.grainSize) * 512
            )
        }
        return lengths
    }

    private func claimGrains(of table: VMDKGrainTable, from first: UInt64) throws(DiskImageError) {
        for index in 0..<VMDKSparseHeader.entriesPerTable where isOnDisk(first + UInt64(index)) {
            switch table[index] {
            case .absent: break
            case .stored(let sector):
                let bytes = UInt64(header.guestBytes(ofGrain: first + UInt64(index)))
                try claim(sector: sector, bytes: bytes, for: .grain)
            case .compressed(let sector, let length):
                try claim(sector: sector, bytes: UInt64(VMDKGrainMarker.byteCount + length), for: .grain)
            }
        }
    }

    /// Entries behind the end of the disk lead nowhere the guest could read.
    private func isOnDisk(_ grain: UInt64) -> Bool { grain * header.grainSize < header.capacity }

    private func claim(sector: UInt64, bytes: UInt64, for structure: ImageStructure) throws(DiskImageError) {
        let (start, overflow) = sector.multipliedReportingOverflow(by: 512)
        try file.require(bytes, at: overflow ? .max : start, of: structure)
        try claims.claim(sector, count: (bytes + 511) / 512, for: structure, path: file.path, budget: budget)
    }
}
