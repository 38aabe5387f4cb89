/// Something unusual about a readable image: its disk may not be the one that its owner expects.
package struct DiskImageWarning: Hashable, Sendable {
    /// The kind of a warning, for programs.
    package enum Code: String, Sendable, CaseIterable {
        /// A VMDK that was not closed by the program that wrote it.
        case vmdkUnclean = "vmdk-unclean"
        /// A VMDK whose header and descriptor give different sizes.
        case vmdkSizesDiffer = "vmdk-sizes-differ"
        /// A VHD whose geometry gives another size than its size field.
        case vhdGeometryDiffers = "vhd-geometry-differs"
        /// A VHD whose original size is not its current size.
        case vhdResized = "vhd-resized"
        /// A VHD of a machine that was suspended.
        case vhdSavedState = "vhd-saved-state"
        /// A disk whose size is not a multiple of 512 bytes.
        case partialSector = "partial-sector"
    }

    /// The kind.
    package let code: Code
    /// What is unusual.
    package let message: String
    /// What to do about it; `nil` if the message says it all.
    package let remedy: String?

    /// Makes a warning.
    package init(code: Code, message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}
