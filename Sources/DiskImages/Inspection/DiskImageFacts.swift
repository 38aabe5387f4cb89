/// What the headers and tables of an image tell.
///
/// The same image gives the same facts on every machine: they are what a lock records.
package struct DiskImageFacts: Encodable, Hashable, Sendable {
    /// The format.
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
    /// What is unusual.
    package let warnings: [DiskImageWarning]

    /// The keys of what a file of facts holds. Each such file writes the warnings in its own form.
    private enum CodingKeys: String, CodingKey {
        case format, subformat, bytes, virtualSize, allocatedBytes, producer, files
    }

    /// The smallest volume that holds the disk, in GiB.
    package var volumeSizeGiB: Int { Self.volumeSizeGiB(virtualSize: virtualSize) }

    /// The smallest volume that holds a disk of a size in bytes, in GiB.
    package static func volumeSizeGiB(virtualSize: Int64) -> Int {
        Int(virtualSize >> 30) + (virtualSize & (1 << 30 - 1) == 0 ? 0 : 1)
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
        warnings: [DiskImageWarning] = []
    ) {
        self.format = format
        self.subformat = subformat
        self.bytes = bytes
        self.virtualSize = virtualSize
        self.allocatedBytes = allocatedBytes
        self.producer = producer
        self.files = files
        self.warnings = warnings
    }
}
