/// What reading one image may cost, whatever the image says.
package struct DiskImageReadingLimits: Hashable, Sendable {
    /// The largest disk, in bytes of the guest. 64 TiB is the largest EBS volume.
    package var virtualSize: Int64 = 64 << 40
    /// The memory for tables, buffers and the record of what is stored where, in bytes.
    package var memory: Int = 64 << 20
    /// The longest VMDK descriptor, in bytes. VMware reserves 10 KiB; a disk split into 512 extents needs 30 KiB.
    package var descriptor: Int = 256 << 10
    /// The most extents of one VMDK. Each is held open, and a process has 1,024 descriptors by default.
    package var extents: Int = 512
    /// The most grain tables that inspection walks to count what is stored: 16,384 cover 512 GiB and take 32 MiB of
    /// reading.
    package var inspectedTables: Int = 16_384

    /// The default limits.
    package static let `default` = DiskImageReadingLimits()

    /// Starts from the default limits.
    package init() {}
}
