/// A grain of a stream-optimised VMDK: a zlib stream (RFC 1950) of exactly one grain.
struct CompressedGrain: Sendable {
    /// The file it is in.
    let file: ImageFile
    /// Where the stream begins in the file, in bytes.
    let start: Int64
    /// The length of the stream in bytes, at most `largestLength(of:)`.
    let length: Int
    /// The size of a grain in bytes.
    let grainBytes: Int
    /// The bytes of it that the guest sees: fewer in a disk's last grain.
    let guestBytes: Int

    /// The longest stream taken, in bytes. Data that does not compress grows by a few bytes; twice a grain is far
    /// beyond what deflate can need.
    static func largestLength(of grainBytes: Int) -> Int { 2 * grainBytes }

    /// What reading grains of this size needs, in bytes: the stream and the grain.
    static func memory(of grainBytes: Int) -> Int { largestLength(of: grainBytes) + grainBytes }
}
