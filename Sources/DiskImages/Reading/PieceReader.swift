import Glibc

/// Reads pieces of the guest's bytes. It owns the buffers for that and belongs to one thread at a time; the pieces of
/// one image may be read by several readers side by side.
final class PieceReader {
    private var inflater: GrainInflater?
    private var compressed: ScratchBuffer?
    /// The grain inflated last, for pieces of it.
    private var grain: ScratchBuffer?
    private var inflated: (file: ImageFile, start: Int64)?

    /// Fills `buffer`, which is as long as the piece, with the piece's bytes.
    ///
    /// After an error the buffer's content is undefined.
    func read(_ piece: GuestPiece, into buffer: UnsafeMutableRawBufferPointer) throws(DiskImageError) {
        switch piece.source {
        case .nowhere:
            if let base = buffer.baseAddress { memset(base, 0, buffer.count) }
        case .stored(let file, let start, let structure):
            try file.read(at: start, into: buffer, of: structure)
        case .compressed(let source, let skip):
            try read(source, skipping: skip, into: buffer)
        }
    }

    /// Inflates a grain and lets go of the bytes: for what they are checked against.
    func verify(_ source: CompressedGrain) throws(DiskImageError) {
        let grain = Self.buffer(of: source.grainBytes, in: &grain)
        inflated = nil
        try inflate(source, into: grain)
    }

    private func read(
        _ source: CompressedGrain,
        skipping skip: Int,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError) {
        if skip == 0 && buffer.count == source.grainBytes {
            return try inflate(source, into: buffer)
        }
        let grain = Self.buffer(of: source.grainBytes, in: &grain)
        if inflated?.file !== source.file || inflated?.start != source.start {
            inflated = nil
            try inflate(source, into: grain)
            inflated = (source.file, source.start)
        }
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: grain[skip..<skip + buffer.count]))
    }

    private func inflate(
        _ source: CompressedGrain,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError) {
        let room = Self.buffer(of: CompressedGrain.largestLength(of: source.grainBytes), in: &compressed)
        let input = UnsafeMutableRawBufferPointer(rebasing: room[..<source.length])
        try source.file.read(at: source.start, into: input, of: .grain)
        let fault: DiskImageError.InflateFault
        switch try inflater(for: source).inflate(UnsafeRawBufferPointer(input), into: output) {
        // The last grain of a disk that is no multiple of the grain may be stored as far as the guest sees it.
        case .success(let count) where count == output.count || count == source.guestBytes: return
        case .success(let count): fault = count < source.guestBytes ? .short : .long
        case .failure(let found): fault = found
        }
        throw DiskImageError(path: source.file.path, offset: source.start, reason: .inflate(fault))
    }

    private func inflater(for source: CompressedGrain) throws(DiskImageError) -> GrainInflater {
        if let inflater { return inflater }
        let inflater = try GrainInflater(path: source.file.path)
        self.inflater = inflater
        return inflater
    }

    /// The buffer, made anew where it is too small: grains of one image are of one size, or nearly.
    private static func buffer(
        of byteCount: Int,
        in buffer: inout ScratchBuffer?
    ) -> UnsafeMutableRawBufferPointer {
        if let old = buffer, old.bytes.count >= byteCount {
            return UnsafeMutableRawBufferPointer(rebasing: old.bytes[..<byteCount])
        }
        let new = ScratchBuffer(byteCount: byteCount)
        buffer = new
        return new.bytes
    }
}
