/// Something about a readable image that its owner should know before an import.
package struct DiskImageProblem: Codable, Hashable, Sendable {
    /// How bad it is.
    package enum Severity: String, Codable, Sendable {
        /// EC2 would refuse the image.
        case refused
        /// The import would work, perhaps not as intended.
        case warning
    }

    /// What it is, for programs.
    package enum Code: String, Codable, Sendable, CaseIterable {
        /// A VMDK that is not stream-optimised.
        case vmdkNotStreamOptimised = "vmdk-not-stream-optimised"
        /// A VMDK in several files.
        case vmdkSeveralFiles = "vmdk-several-files"
        /// A disk larger than the largest volume.
        case diskTooLarge = "disk-too-large"
        /// A VHD larger than its format allows.
        case vhdTooLarge = "vhd-too-large"
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
        /// A disk that is no multiple of 512 bytes.
        case partialSector = "partial-sector"

        /// Whether a stream-optimised VMDK of the same disk has it no more.
        package var isMendedByConversion: Bool {
            switch self {
            case .vmdkNotStreamOptimised, .vmdkSeveralFiles, .vhdTooLarge: true
            case .diskTooLarge, .vmdkUnclean, .vmdkSizesDiffer, .vhdGeometryDiffers, .vhdResized, .vhdSavedState,
                .partialSector:
                false
            }
        }
    }

    /// How bad it is.
    package let severity: Severity
    /// What it is.
    package let code: Code
    /// What it is, in words.
    package let message: String
    /// What to do: a command where there is one.
    package let remedy: String?

    /// Makes a problem.
    package init(severity: Severity, code: Code, message: String, remedy: String? = nil) {
        self.severity = severity
        self.code = code
        self.message = message
        self.remedy = remedy
    }
}
