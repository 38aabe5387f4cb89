/// What the opener of a format finds: the facts, and the guest's bytes.
struct OpenedImage {
    let facts: DiskImageFacts
    let content: any GuestContent

    /// Puts together what was found; what EC2 would refuse comes first among the problems.
    init(
        path: String,
        subformat: DiskImageSubformat,
        format: DiskImageFormat,
        content: any GuestContent,
        bytes: Int64,
        allocatedBytes: Int64? = nil,
        producer: String? = nil,
        otherFiles: [String] = [],
        warnings: [DiskImageProblem] = []
    ) {
        let files = [FileName.last(of: path)] + otherFiles
        let refusals = ImportRequirements.problems(
            path: path,
            subformat: subformat,
            virtualSize: content.size,
            fileCount: files.count
        )
        facts = DiskImageFacts(
            format: format,
            subformat: subformat,
            bytes: bytes,
            virtualSize: content.size,
            allocatedBytes: allocatedBytes,
            producer: producer,
            files: files,
            problems: refusals + warnings
        )
        self.content = content
    }
}
