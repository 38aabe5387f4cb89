/// Writes the disk of an image as a sparse RAW file.
package enum RawImageWriter {
    /// Writes the guest's bytes to a file.
    ///
    /// The call blocks on files and works with several threads, the caller's among them.
    ///
    /// - Parameters:
    ///   - image: The image, which nobody else may use meanwhile.
    ///   - destination: The file to write. It appears when it is whole; after an error what was there before still is.
    ///   - size: The length of the file in bytes: at least the virtual size. What exceeds it is zeros.
    ///   - options: How to work.
    ///   - progress: Takes the number of guest bytes done so far, at least once a MiB of data, and may throw to cancel.
    /// - Throws: `DiskImageError`, or what `progress` throws.
    @discardableResult
    package static func write(
        _ image: DiskImage,
        to destination: String,
        size: Int64,
        options: ImageWritingOptions = ImageWritingOptions(),
        progress: (Int64) throws -> Void = { _ in }
    ) throws -> WrittenRawImage {
        guard size >= image.virtualSize else {
            let reason = DiskImageError.Reason.destinationTooSmall(size: size, virtualSize: image.virtualSize)
            throw DiskImageError(path: destination, reason: reason)
        }
        return try image.writing(to: destination, options: options) { output in
            try output.setLength(size)
            var dataBytes: Int64 = 0
            var steps = ProgressSteps()
            let pipeline = ChunkPipeline(threads: options.threads) { RawChunkWriter(file: output) }
            try pipeline.run(image.content) { done in
                dataBytes += done.dataBytes
                try steps.advance(to: done.end, progress)
            }
            try progress(image.virtualSize)
            return WrittenRawImage(bytes: size, dataBytes: dataBytes)
        }
    }
}
