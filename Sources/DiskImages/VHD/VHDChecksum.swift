/// The checksum of VHD headers: the one's complement of the sum of all bytes, the checksum's own left out.
enum VHDChecksum {
    /// Throws when the checksum at `field` does not fit the other bytes.
    ///
    /// - Parameter offset: Where the bytes are in the file, for the error.
    static func check(
        _ bytes: [UInt8],
        at field: Int,
        of structure: ImageStructure,
        path: String,
        offset: Int64
    ) throws(DiskImageError) {
        let own = field..<field + 4
        // At most 1,024 bytes of 255 each: the sum can't overflow.
        let sum = bytes.enumerated().reduce(UInt32(0)) { own.contains($1.offset) ? $0 : $0 + UInt32($1.element) }
        let stored = bytes.bigEndian32(at: field) ?? 0
        guard stored == ~sum else {
            throw DiskImageError(
                path: path,
                offset: offset + Int64(field),
                reason: .checksum(structure, stored: stored, computed: ~sum)
            )
        }
    }
}
