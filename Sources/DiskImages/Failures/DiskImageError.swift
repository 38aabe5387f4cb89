/// Why a disk image cannot be read, rewritten or hashed: which file, where in it, and what is wrong.
package struct DiskImageError: Error, Hashable, Sendable {
    /// The file the error is about; an extent's own path where it is about an extent.
    package let path: String
    /// The byte of the file the error is about, where there is one.
    package let offset: Int64?
    /// What is wrong.
    package let reason: Reason

    /// Describes an error.
    package init(path: String, offset: Int64? = nil, reason: Reason) {
        self.path = path
        self.offset = offset
        self.reason = reason
    }

    /// What can be wrong with an image.
    package enum Reason: Hashable, Sendable {
        /// A system call failed.
        case system(call: String, errno: Int32)
        /// The path leads to a folder, a pipe, a device or a socket.
        case notAFile
        /// An extent is a symbolic link.
        case symbolicLink
        /// The file has no bytes.
        case empty
        /// A file of fewer bytes than one sector.
        case tooSmall(bytes: Int64)
        /// The file was written or cut while it was read.
        case changedWhileRead
        /// Bytes of an image that lies elsewhere were not fetched.
        case notFetched
        /// An image that lies elsewhere cannot be read, in the words of what it lies in.
        case unreachable(String)
        /// The descriptor of a VMDK whose extents are other objects.
        case extentsElsewhere
        /// The content is of a format that is not read.
        case foreign(ForeignFormat)
        /// The content is not what the file's suffix promises; `found` is `nil` where it is nothing known.
        case notAsNamed(suffix: String, found: DiskImageFormat?)
        /// The content is not of the format that was declared.
        case notAsDeclared(declared: DiskImageFormat, found: DiskImageFormat?)
        /// Line ends were translated on the way: the file was transferred as text.
        case textModeTransfer
        /// An unknown version.
        case unsupportedVersion(UInt64)
        /// A VMDK `createType` that is not read.
        case unsupportedLayout(String)
        /// The image holds only what differs from a parent.
        case needsParent(DiskImageFormat)
        /// The image is encrypted.
        case encrypted
        /// A sparse VMDK without a descriptor: damaged, or one extent of several.
        case descriptorMissing
        /// A line of a descriptor that can't be understood.
        case descriptorLine(number: Int, text: String)
        /// A descriptor that names no extent.
        case noExtents
        /// A field of a header with a value it can't have.
        case invalidField(String, value: UInt64, expected: String)
        /// Something lies outside the file: `needed` is the length the file would need, in bytes.
        case outsideFile(ImageStructure, needed: UInt64, bytes: Int64)
        /// Two things are stored in the same place.
        case overlap(ImageStructure)
        /// A checksum does not fit.
        case checksum(ImageStructure, stored: UInt32, computed: UInt32)
        /// The footer and its copy differ.
        case copiesDiffer
        /// A VMDK says that its tables are found through a footer, and has none.
        case footerMissing
        /// Two places give different sizes of the disk, in bytes.
        case sizesDisagree(ImageStructure, UInt64, UInt64)
        /// A grain is stored under another address than the tables give, in sectors.
        case grainAddress(expected: UInt64, found: UInt64)
        /// A grain's compressed data is damaged.
        case inflate(InflateFault)
        /// An extent's name that is no plain file name.
        case extentName(String)
        /// More than the limits of reading allow.
        case overLimit(ImageStructure, value: UInt64, limit: UInt64)
        /// A read beyond the end of the disk.
        case beyondDisk(size: Int64)
        /// A destination that is a file of the image itself.
        case destinationIsSource
        /// A destination that exists and is not to be replaced.
        case destinationExists
        /// Another process writes the same file.
        case destinationBusy
        /// A destination of fewer bytes than the disk has.
        case destinationTooSmall(size: Int64, virtualSize: Int64)
    }

    /// What can be wrong with compressed data.
    package enum InflateFault: String, Error, Hashable, Sendable {
        /// No zlib stream (RFC 1950), a damaged one, or a wrong Adler-32.
        case damaged
        /// It holds less than a grain.
        case short
        /// It holds more than a grain.
        case long
        /// It takes no bytes, or more than a grain can need.
        case storedSize
    }
}
