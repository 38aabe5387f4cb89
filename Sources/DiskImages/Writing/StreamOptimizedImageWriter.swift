/// Writes the disk of an image as a stream-optimized VMDK.
///
/// The file has the layout ESX and ovftool write (`VMDKStreamWriter`). The same disk and level give the same bytes,
/// whatever the file is called, however many threads work and whatever format the disk comes from.
package enum StreamOptimizedImageWriter {
    /// Writes the guest's bytes to a file.
    ///
    /// The call blocks on files and works with several threads, the caller's among them.
    ///
    /// - Parameters:
    ///   - image: The image, which nobody else may use meanwhile.
    ///   - destination: The file to write. It appears when it is whole; after an error what was there before still is.
    ///   - level: How hard to compress.
    ///   - options: How to work.
    ///   - progress: Takes the number of guest bytes done so far, at least once a MiB of data, and may throw to cancel.
    /// - Throws: `DiskImageError`, or what `progress` throws.
    @discardableResult
    package static func write(
        _ image: DiskImage,
        to destination: String,
        level: CompressionLevel = .fast,
        options: ImageWritingOptions = ImageWritingOptions(),
        progress: (Int64) throws -> Void = { _ in }
    ) throws -> WrittenStreamOptimizedImage {
        try image.writing(to: destination, options: options) { output in
            let capacity = UInt64((image.virtualSize + 511) / 512)
            var writer = try VMDKStreamWriter(file: output, path: destination, capacity: capacity)
            var steps = ProgressSteps()
            let pipeline = ChunkPipeline(threads: options.threads) { StreamChunkCompressor(level: level) }
            try pipeline.run(image.content) { chunk in
                try writer.append(chunk)
                try steps.advance(to: chunk.end, progress)
            }
            try writer.finish()
            try progress(image.virtualSize)
            return WrittenStreamOptimizedImage(
                bytes: writer.byteCount,
                virtualSize: Int64(capacity) * 512,
                dataBytes: writer.dataBytes
            )
        }
    }
}
