/// What stands before a compressed grain: its address in sectors (8 bytes) and the length of its data (4 bytes).
enum VMDKGrainMarker {
    /// A marker's length in bytes; the grain's data follows it at once.
    static let byteCount = 12

    /// The length of a grain's data in bytes.
    ///
    /// - Parameters:
    ///   - offset: Where the marker is, in bytes.
    ///   - lba: The address the tables give the grain, in sectors; the marker must bear it.
    ///   - grainBytes: The size of a grain in bytes.
    static func length(
        in file: ImageFile,
        at offset: Int64,
        lba: UInt64,
        grainBytes: Int
    ) throws(DiskImageError) -> UInt32 {
        let marker = try file.bytes(at: offset, count: byteCount, of: .grain)
        let found = marker.littleEndian64(at: 0) ?? .max
        guard found == lba else {
            let reason = DiskImageError.Reason.grainAddress(expected: lba, found: found)
            throw DiskImageError(path: file.path, offset: offset, reason: reason)
        }
        let lengths = 1...CompressedGrain.largestLength(of: grainBytes)
        guard let length = marker.littleEndian32(at: 8), lengths ~= Int(length) else {
            throw DiskImageError(path: file.path, offset: offset + 8, reason: .inflate(.storedSize))
        }
        return length
    }
}
