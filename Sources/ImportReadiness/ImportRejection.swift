package import DiskImages
import EC2Types

/// A reason why EC2 would reject an image that can be read.
package enum ImportRejection: Hashable, Sendable {
    /// A VMDK that is not stream-optimized.
    case vmdkNotStreamOptimized(DiskImageSubformat)
    /// A VMDK of more than one file.
    case severalFiles(count: Int)
    /// A VHD larger than its format allows.
    case vhdTooLarge
    /// A disk larger than the largest volume: its size in bytes.
    case diskTooLarge(bytes: Int64)

    /// A stable word for programs.
    package var code: String {
        switch self {
        case .vmdkNotStreamOptimized: "vmdk-not-stream-optimised"
        case .severalFiles: "vmdk-several-files"
        case .vhdTooLarge: "vhd-too-large"
        case .diskTooLarge: "disk-too-large"
        }
    }

    /// What is wrong.
    package var message: String {
        switch self {
        case .vmdkNotStreamOptimized(let subformat):
            "a VMDK of type \(subformat.rawValue); EC2 imports stream-optimised VMDK only"
        case .severalFiles(let count): "the image is \(count) files; EC2 imports one"
        case .vhdTooLarge: "a VHD of more than 2040 GiB"
        case .diskTooLarge(let bytes):
            "a disk of \(bytes) bytes; EC2 imports \(EC2Limits.volumeSize.upperBound / 1024) TiB at most"
        }
    }

    /// Whether EC2 would import a stream-optimized VMDK of the same disk.
    package var isResolvedByRepackaging: Bool {
        switch self {
        case .vmdkNotStreamOptimized, .severalFiles, .vhdTooLarge: true
        case .diskTooLarge: false
        }
    }
}
