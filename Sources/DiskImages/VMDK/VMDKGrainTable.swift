/// A grain table: where each of its 512 grains is stored.
struct VMDKGrainTable {
    /// Where a grain is.
    enum Entry: Equatable {
        /// Nowhere: the guest reads zeros.
        case absent
        /// At this sector of the file.
        case stored(sector: UInt64)
    }

    /// A table's length in bytes.
    static let byteCount = VMDKSparseHeader.entriesPerTable * 4

    private let sectors: [UInt32]
    private let hasZeroedGrains: Bool

    /// Takes the table's bytes as they are in the file.
    init(_ bytes: [UInt8], hasZeroedGrains: Bool) {
        sectors = bytes.littleEndianWords
        self.hasZeroedGrains = hasZeroedGrains
    }

    /// The entry of a grain, counted within the table.
    subscript(index: Int) -> Entry {
        guard sectors.indices.contains(index) else { return .absent }
        let sector = sectors[index]
        return sector == 0 || (sector == 1 && hasZeroedGrains) ? .absent : .stored(sector: UInt64(sector))
    }
}

extension [UInt8] {
    /// The bytes as little-endian 32-bit numbers; a rest of fewer than four bytes is left out.
    var littleEndianWords: [UInt32] {
        withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
            }
        }
    }
}
