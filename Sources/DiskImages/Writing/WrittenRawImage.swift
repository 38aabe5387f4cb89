/// A RAW file that was written.
package struct WrittenRawImage: Hashable, Sendable {
    /// The length of the RAW file in bytes.
    package let bytes: Int64
    /// The bytes written to it; the rest is holes.
    package let dataBytes: Int64
}
