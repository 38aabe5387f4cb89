/// A grain table: where each of its 512 grains is stored.
struct VMDKGrainTable {
    /// Where a grain is.
    enum Entry: Equatable {
        /// Nowhere: the guest reads zeros.
        case absent
        /// As it is, at this sector of the file.
        case stored(sector: UInt64)
        /// Behind a marker at this sector of the file, in `length` bytes.
        case compressed(sector: UInt64, length: Int)
    }

    /// A table's length in bytes.
    static let byteCount = VMDKSparseHeader.entriesPerTable * 4

    private let sectors: [UInt32]
    private let hasZeroedGrains: Bool
    /// The lengths of compressed grains in bytes, out of their markers; empty where grains are stored plainly.
    var lengths: [UInt32] = []

    /// Takes the table's bytes as they are in the file.
    init(_ bytes: [UInt8], hasZeroedGrains: Bool) {
        sectors = bytes.littleEndianWords
        self.hasZeroedGrains = hasZeroedGrains
    }

    /// The entry of a grain, counted within the table.
    subscript(index: Int) -> Entry {
        guard sectors.indices.contains(index) else { return .absent }
        let sector = sectors[index]
        if sector == 0 || (sector == 1 && hasZeroedGrains) { return .absent }
        guard lengths.indices.contains(index) else { return .stored(sector: UInt64(sector)) }
        return .compressed(sector: UInt64(sector), length: Int(lengths[index]))
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
