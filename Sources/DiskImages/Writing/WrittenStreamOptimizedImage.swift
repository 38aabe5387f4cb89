/// A stream-optimized VMDK that was written.
package struct WrittenStreamOptimizedImage: Hashable, Sendable {
    /// The length of the file in bytes.
    package let bytes: Int64
    /// The size of the disk in bytes: the image's own, rounded up to a sector.
    package let virtualSize: Int64
    /// The guest bytes in the grains that are stored.
    package let dataBytes: Int64
}
