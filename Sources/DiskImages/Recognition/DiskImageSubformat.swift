/// How a format lays the guest's bytes out in files.
///
/// The VMDK names are the `createType` values of a descriptor.
package enum DiskImageSubformat: String, Codable, Sendable, CaseIterable {
    /// One VMDK file of compressed grains.
    case streamOptimized
    /// One VMDK file that stores the grains the guest has written.
    case monolithicSparse
    /// A VMDK descriptor and several sparse extents.
    case twoGbMaxExtentSparse
    /// A VMDK descriptor and one file of plain guest bytes.
    case monolithicFlat
    /// A VMDK descriptor and several files of plain guest bytes.
    case twoGbMaxExtentFlat
    /// The descriptor and plain extent of an ESX datastore (`vmfs` and its thin and thick forms).
    case vmfs
    /// A VHD of plain guest bytes and a footer.
    case fixed
    /// A VHD that stores the blocks the guest has written.
    case dynamic
    /// Plain guest bytes.
    case raw
}
