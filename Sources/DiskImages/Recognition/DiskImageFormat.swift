/// The disk image formats EC2 imports, in the spelling of the `Image.Format` parameter of ImportVolume.
package enum DiskImageFormat: String, Codable, Sendable, CaseIterable {
    /// VMware's Virtual Disk Format 5.0.
    case vmdk = "VMDK"
    /// Microsoft's Virtual Hard Disk Image Format, version 1.0.
    case vhd = "VHD"
    /// The guest's bytes as they are, without a header.
    case raw = "RAW"
}
