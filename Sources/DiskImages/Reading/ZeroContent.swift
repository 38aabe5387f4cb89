import Glibc

/// Guest bytes that are stored nowhere: a `ZERO` extent of a VMDK.
struct ZeroContent: GuestContent {
    let size: Int64

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(DiskImageError) {
        if let base = buffer.baseAddress { memset(base, 0, buffer.count) }
    }

    func run(at offset: Int64) throws(DiskImageError) -> (kind: DiskImageExtent.Kind, end: Int64) {
        (.zero, size)
    }
}
