package import Hashing

/// One part of an image file: what is uploaded, and named by its digest, as a whole.
package struct ImagePart: Hashable, Sendable {
    /// The part's place among the parts, from 0.
    package let index: Int
    /// Its first byte in the image file.
    package let offset: Int64
    /// Its length in bytes.
    package let length: Int
    /// The SHA-256 of its bytes.
    package let digest: SHA256Digest
}
