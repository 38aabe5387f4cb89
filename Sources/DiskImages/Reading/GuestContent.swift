/// Something that holds guest bytes: a whole disk, or one extent of it.
///
/// Callers keep every range inside `0..<size`; `DiskImage` checks it once for all.
protocol GuestContent {
    /// The number of guest bytes.
    var size: Int64 { get }

    /// Fills `buffer` with the guest bytes from `offset` on, with zeros where nothing is stored.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(DiskImageError)

    /// What is stored at `offset`, and the byte up to which that holds at least; it is above `offset`.
    func run(at offset: Int64) throws(DiskImageError) -> (kind: DiskImageExtent.Kind, end: Int64)
}
