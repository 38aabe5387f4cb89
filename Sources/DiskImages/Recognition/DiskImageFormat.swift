/// The disk image formats that are read.
package enum DiskImageFormat: String, Codable, Sendable, CaseIterable {
    /// VMware's Virtual Disk Format 5.0.
    case vmdk = "VMDK"
    /// Microsoft's Virtual Hard Disk Image Format, version 1.0.
    case vhd = "VHD"
    /// The guest's bytes as they are, without a header.
    case raw = "RAW"
}
