import Hashing

/// Hashes an image file part by part.
package enum ImageDigester {
    /// Bytes read at once.
    private static let chunk = 1 << 20

    /// The digest of a full part of zeros, which is most of the parts of a RAW image.
    private static let zeroPart = zeroDigest(byteCount: ImageParts.size)

    /// Hashes a file. The call blocks on the file and on the processor.
    ///
    /// Parts that lie in a hole of the file are not read.
    ///
    /// - Parameters:
    ///   - path: The image file; one file, whatever it holds.
    ///   - progress: Takes the number of bytes done, once a part, and may throw to cancel.
    /// - Throws: `DiskImageError`, `changedWhileRead` when the file was written meanwhile; or what `progress` throws.
    package static func digest(
        path: String,
        progress: (Int64) throws -> Void = { _ in }
    ) throws -> ImageDigest {
        try digest(of: ImageFile(path: path), progress: progress)
    }

    static func digest(of file: ImageFile, progress: (Int64) throws -> Void) throws -> ImageDigest {
        let buffer = ScratchBuffer(byteCount: chunk)
        var parts: [SHA256Digest] = []
        parts.reserveCapacity(ImageParts.count(bytes: file.byteCount))
        for index in 0..<ImageParts.count(bytes: file.byteCount) {
            let range = ImageParts.range(of: index, bytes: file.byteCount)
            parts.append(try digest(of: range, in: file, buffer: buffer))
            try progress(range.upperBound)
        }
        // Last of all: whatever changed while it was read changed the digest too, or may have.
        try file.requireUnchanged()
        guard let digest = ImageDigest(bytes: file.byteCount, parts: parts) else {
            throw DiskImageError(path: file.path, reason: .changedWhileRead)
        }
        return digest
    }

    private static func digest(
        of range: Range<Int64>,
        in file: ImageFile,
        buffer: ScratchBuffer
    ) throws(DiskImageError) -> SHA256Digest {
        let run = try file.run(at: range.lowerBound)
        if !run.isData && run.end >= range.upperBound {
            return range.count == ImageParts.size ? zeroPart : zeroDigest(byteCount: range.count)
        }
        var hash = SHA256()
        var position = range.lowerBound
        while position < range.upperBound {
            let count = Int(min(range.upperBound - position, Int64(chunk)))
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
            try file.read(at: position, into: piece)
            hash.update(UnsafeRawBufferPointer(piece))
            position += Int64(count)
        }
        return hash.finish()
    }

    private static func zeroDigest(byteCount: Int) -> SHA256Digest {
        let zeros = ScratchBuffer(byteCount: chunk)
        var hash = SHA256()
        var rest = byteCount
        while rest > 0 {
            let count = min(rest, chunk)
            hash.update(UnsafeRawBufferPointer(rebasing: zeros.bytes[..<count]))
            rest -= count
        }
        return hash.finish()
    }
}
