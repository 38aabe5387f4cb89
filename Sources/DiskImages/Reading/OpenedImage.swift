/// What the opener of a format finds: the facts, and the guest's bytes.
struct OpenedImage {
    let facts: DiskImageFacts
    let content: any GuestContent
    /// All files the image is read from, the first being the one that was named.
    let files: [ImageFile]

    /// Puts together what was found.
    init(
        file: ImageFile,
        subformat: DiskImageSubformat,
        format: DiskImageFormat,
        content: any GuestContent,
        bytes: Int64,
        allocatedBytes: Int64? = nil,
        producer: String? = nil,
        extents: [ImageFile] = [],
        warnings: [DiskImageWarning] = []
    ) {
        files = [file] + extents
        facts = DiskImageFacts(
            format: format,
            subformat: subformat,
            bytes: bytes,
            virtualSize: content.size,
            allocatedBytes: allocatedBytes,
            producer: producer,
            files: files.map(\.name),
            warnings: warnings
        )
        self.content = content
    }
}
