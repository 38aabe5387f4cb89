/// Reads compressed grains: a marker with address and length, then a zlib stream of exactly one grain.
final class VMDKCompressedGrains {
    /// A marker: the address in sectors (8 bytes) and the length of the data (4 bytes).
    private static let markerBytes = 12

    private let file: ImageFile
    private let header: VMDKSparseHeader
    private let grainBytes: Int
    private let inflater: GrainInflater
    private let compressed: ScratchBuffer
    /// The grain inflated last, for reads of parts of it.
    private let grain: ScratchBuffer
    private var inflated: UInt64?

    init(file: ImageFile, header: VMDKSparseHeader, budget: ReadingBudget) throws(DiskImageError) {
        let grainBytes = Int(header.grainSize) * 512
        // Data that does not compress grows by a few bytes; twice a grain is far beyond what deflate can need.
        try budget.take(grainBytes * 3, for: .memory, path: file.path)
        self.file = file
        self.header = header
        self.grainBytes = grainBytes
        inflater = try GrainInflater(path: file.path)
        compressed = ScratchBuffer(byteCount: grainBytes * 2)
        grain = ScratchBuffer(byteCount: grainBytes)
    }

    /// The bytes a grain takes in the file, marker and all.
    func storedBytes(ofGrain number: UInt64, at sector: UInt64) throws(DiskImageError) -> UInt64 {
        UInt64(Self.markerBytes + (try dataLength(ofGrain: number, at: sector)))
    }

    /// Reads guest bytes of one grain.
    ///
    /// - Parameters:
    ///   - number: The grain's number on the disk.
    ///   - sector: Where it is stored.
    ///   - skip: The first byte wanted, counted within the grain.
    ///   - guestBytes: The bytes of the grain the guest sees.
    func read(
        grain number: UInt64,
        at sector: UInt64,
        skipping skip: Int,
        guestBytes: Int,
        into part: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError) {
        if skip == 0 && part.count == grainBytes {
            return try inflate(number, at: sector, guestBytes: guestBytes, into: part)
        }
        if inflated != number {
            inflated = nil
            try inflate(number, at: sector, guestBytes: guestBytes, into: grain.bytes)
            inflated = number
        }
        part.copyMemory(from: UnsafeRawBufferPointer(rebasing: grain.bytes[skip..<skip + part.count]))
    }

    private func inflate(
        _ number: UInt64,
        at sector: UInt64,
        guestBytes: Int,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError) {
        let length = try dataLength(ofGrain: number, at: sector)
        let input = UnsafeMutableRawBufferPointer(rebasing: compressed.bytes[..<length])
        let offset = Int64(sector) * 512 + Int64(Self.markerBytes)
        try file.read(at: offset, into: input, of: .grain)
        let fault: DiskImageError.InflateFault
        switch inflater.inflate(UnsafeRawBufferPointer(input), into: output) {
        // The last grain of a disk that is no multiple of the grain may be stored as far as the guest sees it.
        case .success(let count) where count == output.count || count == guestBytes: return
        case .success(let count): fault = count < guestBytes ? .short : .long
        case .failure(let found): fault = found
        }
        throw DiskImageError(path: file.path, offset: offset, reason: .inflate(fault))
    }

    /// The length of a grain's compressed data out of its marker, which must bear the grain's address.
    private func dataLength(ofGrain number: UInt64, at sector: UInt64) throws(DiskImageError) -> Int {
        let offset = Int64(sector) * 512
        let marker = try file.bytes(at: offset, count: Self.markerBytes, of: .grain)
        let expected = number * header.grainSize
        let found = marker.littleEndian64(at: 0) ?? .max
        guard found == expected else {
            let reason = DiskImageError.Reason.grainAddress(expected: expected, found: found)
            throw DiskImageError(path: file.path, offset: offset, reason: reason)
        }
        guard let length = marker.littleEndian32(at: 8), 1...compressed.bytes.count ~= Int(length) else {
            throw DiskImageError(path: file.path, offset: offset + 8, reason: .inflate(.storedSize))
        }
        return Int(length)
    }
}
