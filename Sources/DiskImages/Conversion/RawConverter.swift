import Glibc

/// Writes the disk of an image as a sparse RAW file.
package enum RawConverter {
    /// Guest bytes read at once. It holds whole grains and is small beside the memory for tables.
    private static let chunk = 1 << 20
    /// Runs of zeros of this many bytes become holes: the block of most file systems.
    private static let block = 4096

    /// Writes the guest's bytes to a file, whose content is durable when the call returns.
    ///
    /// - Parameters:
    ///   - image: The image, which nobody else may use meanwhile.
    ///   - destination: The file to write. One that exists is replaced; after an error none is left.
    ///   - size: The length of the file in bytes: at least the virtual size. What exceeds it is zeros.
    ///   - progress: Takes the number of guest bytes done so far, at least once a MiB of data, and may throw to cancel.
    /// - Throws: `DiskImageError`, or what `progress` throws.
    package static func convert(
        _ image: DiskImage,
        to destination: String,
        size: Int64,
        progress: (Int64) throws -> Void = { _ in }
    ) throws -> RawConversion {
        guard size >= image.virtualSize else {
            let reason = DiskImageError.Reason.destinationTooSmall(size: size, virtualSize: image.virtualSize)
            throw DiskImageError(path: destination, reason: reason)
        }
        guard !image.isStored(in: destination) else {
            throw DiskImageError(path: destination, reason: .destinationIsSource)
        }
        let output = try SparseOutput(path: destination, byteCount: size)
        do {
            let buffer = ScratchBuffer(byteCount: chunk)
            try image.forEachExtent { extent in
                let end = extent.offset + extent.length
                var position = extent.offset
                while extent.kind == .data && position < end {
                    // Chunks end at multiples of their size, so that whole grains are read in one piece.
                    let boundary = (position / Int64(chunk) + 1) * Int64(chunk)
                    let count = Int(min(end, boundary) - position)
                    let part = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
                    try image.read(at: position, into: part)
                    try output.write(UnsafeRawBufferPointer(part), at: position, block: block)
                    position += Int64(count)
                    try progress(position)
                }
                if extent.kind == .zero { try progress(end) }
            }
            try output.finish()
        } catch {
            output.remove()
            throw error
        }
        return RawConversion(bytes: size, dataBytes: output.dataBytes)
    }
}
