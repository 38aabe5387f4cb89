/// Integers in the headers of images, at a byte offset; `nil` outside the bytes.
extension [UInt8] {
    func littleEndian16(at offset: Int) -> UInt16? {
        field(at: offset, count: 2).map { UInt16(truncatingIfNeeded: $0.byteSwapped >> 48) }
    }

    func littleEndian32(at offset: Int) -> UInt32? {
        field(at: offset, count: 4).map { UInt32(truncatingIfNeeded: $0.byteSwapped >> 32) }
    }

    func littleEndian64(at offset: Int) -> UInt64? {
        field(at: offset, count: 8)?.byteSwapped
    }

    func bigEndian16(at offset: Int) -> UInt16? {
        field(at: offset, count: 2).map { UInt16(truncatingIfNeeded: $0) }
    }

    func bigEndian32(at offset: Int) -> UInt32? {
        field(at: offset, count: 4).map { UInt32(truncatingIfNeeded: $0) }
    }

    func bigEndian64(at offset: Int) -> UInt64? {
        field(at: offset, count: 8)
    }

    private func field(at offset: Int, count: Int) -> UInt64? {
        guard offset >= 0, offset <= self.count - count else { return nil }
        return self[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
