/// The descriptor inside the stream-optimised VMDKs that ferry writes.
enum VMDKStreamDescriptor {
    /// What `ddb.comment` says of files that ferry wrote.
    static let comment = "ferry"

    /// The text for a disk of `capacity` sectors; a few hundred bytes.
    ///
    /// The name of the extent, which readers of a file that describes itself pass over, is always the same, and the
    /// content ID is the one VMware gives a disk nobody has written to: so the same disk is the same file, whatever it
    /// is called, and clones share their parts in the staging.
    static func text(capacity: UInt64) -> String {
        let (heads, sectors) = geometry(of: capacity)
        // VMware's own limit of the field; larger disks are addressed by sector anyway.
        let cylinders = min(max(capacity / (heads * sectors), 1), 65_535)
        return """
            # Disk DescriptorFile
            version=1
            CID=fffffffe
            parentCID=ffffffff
            createType="streamOptimized"

            # Extent description
            RW \(capacity) SPARSE "disk.vmdk"

            # The Disk Data Base
            #DDB

            ddb.adapterType = "lsilogic"
            ddb.comment = "\(comment)"
            ddb.encoding = "UTF-8"
            ddb.geometry.cylinders = "\(cylinders)"
            ddb.geometry.heads = "\(heads)"
            ddb.geometry.sectors = "\(sectors)"
            ddb.virtualHWVersion = "4"

            """
    }

    /// Heads and sectors a track that VMware gives a SCSI disk of this size.
    private static func geometry(of capacity: UInt64) -> (heads: UInt64, sectors: UInt64) {
        switch capacity * 512 {
        case ..<(1 << 30): (64, 32)
        case ..<(2 << 30): (128, 32)
        default: (255, 63)
        }
    }
}
