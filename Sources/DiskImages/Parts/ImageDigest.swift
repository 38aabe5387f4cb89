package import Hashing

/// What names the content of an image file: the digests of its parts, and one digest over them.
///
/// A part takes 32 bytes here: 4 MiB for an image of 1 TiB.
package struct ImageDigest: Hashable, Sendable {
    /// SHA-256 over the digests of all parts, 32 bytes each, in their order.
    package let digest: SHA256Digest
    /// The length of the image file in bytes.
    package let bytes: Int64
    /// The SHA-256 of each part.
    package let parts: [SHA256Digest]

    /// Names a file of `bytes` bytes by the digests of its parts; `nil` when there are more or fewer than it has.
    package init?(bytes: Int64, parts: [SHA256Digest]) {
        guard bytes >= 0, parts.count == ImageParts.count(bytes: bytes) else { return nil }
        self.bytes = bytes
        self.parts = parts
        var hash = SHA256()
        for part in parts { hash.update(part.bytes) }
        digest = hash.finish()
    }

    /// The part at `index`; `nil` behind the last.
    package func part(at index: Int) -> ImagePart? {
        guard parts.indices.contains(index) else { return nil }
        let range = ImageParts.range(of: index, bytes: bytes)
        return ImagePart(index: index, offset: range.lowerBound, length: range.count, digest: parts[index])
    }
}
