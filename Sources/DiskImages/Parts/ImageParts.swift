/// The cut of an image file into parts of one size; the last may be shorter.
package enum ImageParts {
    /// The length of a part in bytes: 8 MiB. AWS's own importer takes 10 MiB; a power of two lets parts of clones
    /// begin at the same blocks of the disk.
    package static let size = 8 << 20

    /// The number of parts of a file of `bytes` bytes.
    package static func count(bytes: Int64) -> Int {
        Int(bytes / Int64(size)) + (bytes % Int64(size) == 0 ? 0 : 1)
    }

    /// The bytes of the file that the part at `index` holds; empty for a place behind the last.
    package static func range(of index: Int, bytes: Int64) -> Range<Int64> {
        let (start, overflow) = Int64(index).multipliedReportingOverflow(by: Int64(size))
        guard index >= 0, !overflow, start < bytes else { return bytes..<bytes }
        return start..<start + min(Int64(size), bytes - start)
    }
}
