/// How hard a stream-optimised VMDK is compressed: less time or fewer bytes.
///
/// `Benchmarks/disk-images` measures all of them against qemu-img, which compresses with zlib at level 6. Every level
/// gives the same bytes for the same input with any number of threads. Those of libdeflate do so on every machine;
/// those of ISA-L on machines whose processors have the same vector instructions.
package enum CompressionLevel: String, CaseIterable, Sendable {
    /// ISA-L, level 2, and libdeflate, level 3, for the grains that shrink most: less than 5 % larger than what QEMU
    /// writes, in a tenth of its processor time. The network is seldom faster.
    case fast
    /// libdeflate, level 3: as small as what QEMU writes, in 2/5 of its processor time.
    case balanced
    /// libdeflate, level 6: a little smaller than what QEMU writes, in half of its processor time.
    case small
    /// libdeflate, level 12: the smallest there is; for images that are uploaded many times over slow lines.
    case smallest

    /// The level by its libdeflate number.
    var libdeflateLevel: Int32 {
        switch self {
        case .fast, .balanced: 3
        case .small: 6
        case .smallest: 12
        }
    }
}
