/// Opens VHD images, fixed and dynamic.
enum VHDImage {
    /// Opens a file that bears the signature of a VHD at its start or its end.
    static func open(_ file: ImageFile, budget: ReadingBudget) throws(DiskImageError) -> OpenedImage {
        let (footer, bytes, start) = try footer(of: file)
        let limit = UInt64(clamping: budget.limits.virtualSize)
        guard footer.currentSize <= limit else {
            let reason = DiskImageError.Reason.overLimit(.virtualSize, value: footer.currentSize, limit: limit)
            throw DiskImageError(path: file.path, offset: start + 48, reason: reason)
        }
        switch footer.type {
        case .fixed:
            guard Int64(footer.currentSize) == start else {
                let reason = DiskImageError.Reason.sizesDisagree(.virtualSize, footer.currentSize, UInt64(start))
                throw DiskImageError(path: file.path, offset: start + 48, reason: reason)
            }
            let content = try FlatContent(file: file, size: start)
            return opened(file, footer, .fixed, content, allocatedBytes: nil)
        case .dynamic:
            // A footer a byte short agrees with its copy in the bytes it has.
            let copy = try file.bytes(at: 0, count: VHDFooter.byteCount, of: .header)
            let length = Int(file.byteCount - start)
            guard copy.prefix(length) == bytes.prefix(length) else {
                throw DiskImageError(path: file.path, offset: 0, reason: .copiesDiffer)
            }
            let header = try VHDDynamicHeader(from: file, at: footer.dataOffset)
            let content = try VHDDynamicContent(
                file: file,
                footer: footer,
                header: header,
                dataEnd: start,
                budget: budget
            )
            return opened(file, footer, .dynamic, content, allocatedBytes: content.allocatedBytes)
        case .differencing:
            throw DiskImageError(path: file.path, offset: start + 60, reason: .needsParent(.vhd))
        }
    }

    /// The footer, its bytes, and where it begins.
    private static func footer(of file: ImageFile) throws(DiskImageError) -> (VHDFooter, [UInt8], Int64) {
        let count = Int(min(file.byteCount, Int64(VHDFooter.byteCount)))
        let start = file.byteCount - Int64(count)
        let tail = try file.bytes(at: start, count: count, of: .footer)
        if count == VHDFooter.byteCount, tail.starts(with: VHDFooter.cookie) {
            return (try VHDFooter(tail, path: file.path, offset: start), tail, start)
        }
        let short = Array(tail.dropFirst()) + [0]
        guard count == VHDFooter.byteCount, short.starts(with: VHDFooter.cookie) else {
            throw DiskImageError(path: file.path, offset: file.byteCount, reason: .footerMissing)
        }
        return (try VHDFooter(short, path: file.path, offset: start + 1), short, start + 1)
    }

    private static func opened(
        _ file: ImageFile,
        _ footer: VHDFooter,
        _ subformat: DiskImageSubformat,
        _ content: any GuestContent,
        allocatedBytes: Int64?
    ) -> OpenedImage {
        OpenedImage(
            file: file,
            subformat: subformat,
            format: .vhd,
            content: content,
            bytes: file.byteCount,
            allocatedBytes: allocatedBytes,
            producer: footer.producer,
            warnings: warnings(about: footer)
        )
    }

    private static func warnings(about footer: VHDFooter) -> [DiskImageWarning] {
        var warnings: [DiskImageWarning] = []
        func warn(_ code: DiskImageWarning.Code, _ message: String) {
            warnings.append(DiskImageWarning(code: code, message: message))
        }
        if footer.geometryDiffers {
            let geometry = "the geometry gives \(footer.geometrySize) bytes, the size field \(footer.currentSize)"
            warn(.vhdGeometryDiffers, "\(geometry); ferry goes by the size field, some programs by the geometry")
        }
        if footer.originalSize != footer.currentSize {
            let sizes = "made with \(footer.originalSize) bytes, now \(footer.currentSize)"
            warn(.vhdResized, "\(sizes); some programs read the first size only")
        }
        if footer.hasSavedState {
            warn(.vhdSavedState, "the virtual machine was suspended: its disk may not be consistent")
        }
        return warnings
    }
}
