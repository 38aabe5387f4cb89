/// The tables read last, so that reading in any order does not read each table again for each grain.
struct TableCache<Table> {
    private var tables: [Int: (table: Table, used: UInt64)] = [:]
    private var clock: UInt64 = 0
    private let capacity: Int

    /// A cache of at most `capacity` tables.
    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    /// The table of this number, or `nil` when it has to be read.
    mutating func table(_ number: Int) -> Table? {
        guard let entry = tables[number] else { return nil }
        clock += 1
        tables[number]?.used = clock
        return entry.table
    }

    /// Keeps a table; the one used longest ago makes room.
    mutating func insert(_ table: Table, as number: Int) {
        if tables.count >= capacity, let oldest = tables.min(by: { $0.value.used < $1.value.used }) {
            tables.removeValue(forKey: oldest.key)
        }
        clock += 1
        tables[number] = (table, clock)
    }
}
