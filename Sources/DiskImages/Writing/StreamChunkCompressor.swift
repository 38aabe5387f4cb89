import Glibc

/// Compresses chunks of a disk, grain by grain.
final class StreamChunkCompressor: ChunkWorker {
    private static let grainBytes = VMDKStreamWriter.grainBytes
    /// The most a grain takes: its marker, its data, and the rest of a sector.
    private static let room = VMDKGrainMarker.byteCount + GrainCompressor.bound(of: grainBytes) + 511

    private let compressor: GrainCompressor?
    private let reader = PieceReader()
    private let buffer = ScratchBuffer(byteCount: GuestChunk.byteCount)
    private let output = ScratchBuffer(byteCount: GuestChunk.byteCount / grainBytes * room)

    init(level: CompressionLevel) {
        compressor = GrainCompressor(level: level)
    }

    func process(_ chunk: GuestChunk) throws(DiskImageError) -> CompressedChunk {
        try chunk.read(with: reader, into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<chunk.count]))
        // A grain is stored whole, also where the disk ends within it.
        let whole = (chunk.count + Self.grainBytes - 1) / Self.grainBytes * Self.grainBytes
        UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[chunk.count..<whole])
            .initializeMemory(as: UInt8.self, repeating: 0)
        var grains: [CompressedChunk.Grain] = []
        var position = 0
        for start in stride(from: 0, to: whole, by: Self.grainBytes) {
            let grain = UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<start + Self.grainBytes])
            if ZeroBytes.fill(grain) { continue }
            let number = UInt64(chunk.offset / Int64(Self.grainBytes)) + UInt64(start / Self.grainBytes)
            grains.append(CompressedChunk.Grain(number: number, sector: UInt64(position / 512)))
            position = try append(grain, number: number, at: position)
        }
        return CompressedChunk(end: chunk.end, grains: grains, bytes: Array(output.bytes[..<position]))
    }

    /// Puts a grain at `position` of the output, and gives the position after it.
    private func append(
        _ grain: UnsafeRawBufferPointer,
        number: UInt64,
        at position: Int
    ) throws(DiskImageError) -> Int {
        let start = position + VMDKGrainMarker.byteCount
        let room = UnsafeMutableRawBufferPointer(rebasing: output.bytes[start..<position + Self.room])
        guard let compressor, let length = compressor.compress(grain, into: room) else {
            throw DiskImageError(path: "memory", reason: .system(call: "deflate", errno: ENOMEM))
        }
        let lba = number * UInt64(Self.grainBytes / 512)
        output.bytes.storeBytes(of: lba.littleEndian, toByteOffset: position, as: UInt64.self)
        output.bytes.storeBytes(of: UInt32(length).littleEndian, toByteOffset: position + 8, as: UInt32.self)
        let end = (start + length + 511) / 512 * 512
        UnsafeMutableRawBufferPointer(rebasing: output.bytes[start + length..<end])
            .initializeMemory(as: UInt8.self, repeating: 0)
        return end
    }
}
