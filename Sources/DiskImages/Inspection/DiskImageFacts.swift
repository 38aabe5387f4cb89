/// What the headers and tables of an image tell.
///
/// The same image gives the same facts on every machine: they are what a lock records.
package struct DiskImageFacts: Codable, Hashable, Sendable {
    /// The format, as EC2 names it.
    package let format: DiskImageFormat
    /// The layout within the format.
    package let subformat: DiskImageSubformat
    /// The length of the image file in bytes; of all files together where there are several.
    package let bytes: Int64
    /// The size of the disk the guest sees, in bytes.
    package let virtualSize: Int64
    /// The guest bytes the image stores. `nil` for formats that store everything, where holes belong to the file
    /// system and not to the image, and for images whose tables are too many to walk.
    package let allocatedBytes: Int64?
    /// The program that made the image, where it says so.
    package let producer: String?
    /// The names of the files, the descriptor first, without their folder.
    package let files: [String]
    /// What EC2 would refuse, then what is odd.
    package let problems: [DiskImageProblem]

    /// The smallest volume that holds the disk, in GiB.
    package var volumeSizeGiB: Int {
        Int(virtualSize >> 30) + (virtualSize & (1 << 30 - 1) == 0 ? 0 : 1)
    }

    /// Whether EC2 would take the image.
    package var isImportable: Bool { !problems.contains { $0.severity == .refused } }

    /// Whether EC2 would refuse the image, and take a stream-optimised VMDK of the same disk.
    package var isConvertible: Bool {
        !isImportable && problems.allSatisfy { $0.severity != .refused || $0.code.isMendedByConversion }
    }

    /// The facts with what EC2 would refuse about them, which follows from them.
    ///
    /// - Parameter path: The image's path, for the commands that are shown.
    package func withRefusals(path: String) -> DiskImageFacts {
        let refusals = ImportRequirements.problems(
            path: path,
            subformat: subformat,
            virtualSize: virtualSize,
            fileCount: files.count
        )
        return DiskImageFacts(
            format: format,
            subformat: subformat,
            bytes: bytes,
            virtualSize: virtualSize,
            allocatedBytes: allocatedBytes,
            producer: producer,
            files: files,
            problems: refusals + problems.filter { $0.severity != .refused }
        )
    }

    /// Makes facts, such as those a lock holds.
    package init(
        format: DiskImageFormat,
        subformat: DiskImageSubformat,
        bytes: Int64,
        virtualSize: Int64,
        allocatedBytes: Int64? = nil,
        producer: String? = nil,
        files: [String],
        problems: [DiskImageProblem] = []
    ) {
        self.format = format
        self.subformat = subformat
        self.bytes = bytes
        self.virtualSize = virtualSize
        self.allocatedBytes = allocatedBytes
        self.producer = producer
        self.files = files
        self.problems = problems
    }
}
