/// The parts of an image file an error can be about.
package enum ImageStructure: String, Hashable, Sendable {
    /// The first sector of a VMDK or VHD file.
    case header = "header"
    /// The last sectors of a VMDK or VHD file.
    case footer = "footer"
    /// The text that describes a VMDK.
    case descriptor = "descriptor"
    /// The first level of a sparse VMDK's tables.
    case grainDirectory = "grain directory"
    /// The second level of a sparse VMDK's tables.
    case grainTable = "grain table"
    /// A unit of stored guest bytes in a VMDK.
    case grain = "grain"
    /// The second header of a dynamic VHD.
    case dynamicHeader = "dynamic header"
    /// The table of a dynamic VHD's blocks.
    case blockTable = "block allocation table"
    /// A unit of stored guest bytes in a VHD, with its bitmap.
    case block = "block"
    /// Plain guest bytes.
    case data = "data"
    /// A file, or a range of a file, that a descriptor names.
    case extent = "extent"
    /// The size of the disk as the guest sees it.
    case virtualSize = "virtual size"
    /// What is kept in memory while an image is read.
    case memory = "memory for tables"
}
