/// Opens RAW images: the file is the disk.
enum RawImage {
    /// Opens a file that bears no signature.
    static func open(_ file: ImageFile, budget: ReadingBudget) throws(DiskImageError) -> OpenedImage {
        guard file.byteCount >= 512 else {
            throw DiskImageError(path: file.path, reason: .tooSmall(bytes: file.byteCount))
        }
        guard file.byteCount <= budget.limits.virtualSize else {
            throw DiskImageError(
                path: file.path,
                reason: .overLimit(
                    .virtualSize,
                    value: UInt64(file.byteCount),
                    limit: UInt64(clamping: budget.limits.virtualSize)
                )
            )
        }
        var warnings: [DiskImageWarning] = []
        if !file.byteCount.isMultiple(of: 512) {
            let message = "the length is no multiple of 512 bytes: cut off, or not a disk"
            warnings.append(DiskImageWarning(code: .partialSector, message: message))
        }
        return OpenedImage(
            file: file,
            subformat: .raw,
            format: .raw,
            content: try FlatContent(file: file, size: file.byteCount),
            bytes: file.byteCount,
            warnings: warnings
        )
    }
}
