/// Guest bytes stored as they are: a RAW image, a fixed VHD, a flat extent of a VMDK.
struct FlatContent: GuestContent {
    let size: Int64
    private let file: ImageFile
    private let start: Int64

    /// Content of `size` bytes that begins at byte `start` of a file; all of it must lie inside the file.
    init(file: ImageFile, start: Int64 = 0, size: Int64) throws(DiskImageError) {
        guard let first = UInt64(exactly: start), let count = UInt64(exactly: size) else {
            throw DiskImageError(path: file.path, reason: .outsideFile(.data, needed: .max, bytes: file.byteCount))
        }
        try file.require(count, at: first, of: .data)
        self.file = file
        self.start = start
        self.size = size
    }

    func piece(at offset: Int64) throws(DiskImageError) -> GuestPiece {
        let run = try file.run(at: start + offset)
        // A file cut since it was opened gives an end before the offset; the read that follows reports it.
        let end = min(run.end - start, size)
        let isKnown = end > offset
        return GuestPiece(
            offset: offset,
            length: (isKnown ? end : size) - offset,
            source: isKnown && !run.isData ? .nowhere : .stored(file, start: start + offset, structure: .data)
        )
    }
}
