extension DiskImage {
    /// Writes a file that an image becomes, and lets it appear when it is whole.
    ///
    /// - Parameters:
    ///   - destination: The file; none of those the image is read from.
    ///   - body: Writes it.
    /// - Throws: What `body` throws, or a `DiskImageError`, `changedWhileRead` when the image was written meanwhile.
    ///   Nothing is left of the new file then.
    func writing<Result>(
        to destination: String,
        options: ImageWritingOptions,
        body: (OutputFile) throws -> Result
    ) throws -> Result {
        guard !isStored(in: destination), !isStored(in: OutputFile.partialPath(for: destination)) else {
            throw DiskImageError(path: destination, reason: .destinationIsSource)
        }
        let output = try OutputFile(path: destination, replacing: options.replacesExisting)
        do {
            let result = try body(output)
            try requireUnchanged()
            try output.finish(isDurable: options.isDurable)
            return result
        } catch {
            output.remove()
            throw error
        }
    }
}
