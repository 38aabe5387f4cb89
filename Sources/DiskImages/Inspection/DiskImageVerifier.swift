/// Goes through everything an image stores.
///
/// Opening an image checks its headers. This reads every table and bitmap, claims every range, and inflates every
/// compressed grain against its address and its Adler-32.
package enum DiskImageVerifier {
    /// The most damages that are reported one by one.
    package static let reportedDamages = 100

    /// Verifies an image. The call blocks on files and works with several threads, the caller's among them.
    ///
    /// - Parameters:
    ///   - image: The image, which nobody else may use meanwhile.
    ///   - threads: How many threads work.
    ///   - progress: Takes the number of guest bytes done so far, and may throw to cancel.
    /// - Returns: What was found; damage is a result, not an error.
    /// - Throws: `changedWhileRead` when the image was written meanwhile; or what `progress` throws.
    package static func verify(
        _ image: DiskImage,
        threads: Int = ImageWritingOptions.processors,
        progress: (Int64) throws -> Void = { _ in }
    ) throws -> DiskImageVerification {
        var checkedBytes: Int64 = 0
        var grains = 0
        var damages: [DiskImageError] = []
        var damageCount = 0
        func note(_ found: [DiskImageError]) {
            damageCount += found.count
            damages += found.prefix(max(0, reportedDamages - damages.count))
        }
        var isIncomplete = false
        do {
            var steps = ProgressSteps()
            let pipeline = ChunkPipeline(threads: threads) { ChunkVerifier() }
            try pipeline.run(image.content) { done in
                checkedBytes += done.checkedBytes
                grains += done.grains
                note(done.damages)
                try steps.advance(to: done.end, progress)
            }
        } catch let error as DiskImageError {
            // Tables can't be walked beyond their damage.
            note([error])
            isIncomplete = true
        }
        try image.requireUnchanged()
        try progress(image.virtualSize)
        return DiskImageVerification(
            checkedBytes: checkedBytes,
            grains: grains,
            damages: damages,
            damageCount: damageCount,
            isIncomplete: isIncomplete
        )
    }
}
