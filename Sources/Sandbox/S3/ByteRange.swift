/// One range of a `Range` header (RFC 9110, section 14.1.2). S3 answers one range; of several it ignores all.
struct ByteRange: Equatable {
    /// The first byte.
    let start: Int64
    /// The number of bytes, at least one.
    let count: Int64

    /// Reads the header against an object of `size` bytes; `nil` when the header is absent or to be ignored.
    ///
    /// - Throws: ``S3Error/invalidRange`` when no byte of the object is in the range.
    init?(_ header: String?, size: Int64) throws(S3Error) {
        guard let header, header.hasPrefix("bytes=") else { return nil }
        let ends = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        if ends[0].isEmpty {
            guard let suffix = Int64(ends[1]), suffix >= 0 else { return nil }
            guard suffix > 0, size > 0 else { throw .invalidRange }
            start = max(0, size - suffix)
            count = size - start
            return
        }
        guard let first = Int64(ends[0]), first >= 0 else { return nil }
        let last: Int64
        if ends[1].isEmpty {
            last = size - 1
        } else {
            guard let end = Int64(ends[1]), end >= first else { return nil }
            last = min(end, size - 1)
        }
        guard first < size else { throw .invalidRange }
        start = first
        count = last - first + 1
    }
}
