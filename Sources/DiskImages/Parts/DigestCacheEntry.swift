import FileSystem
import Hashing

/// What a cache remembers of one image, as it stands in a file.
///
/// Little-endian: magic (8 bytes), version (4), part size (4), then length, modification and change time in
/// nanoseconds, inode and device (8 bytes each), the digests of the parts (32 bytes each), and the CRC-32 of all that.
struct DigestCacheEntry {
    private static let magic = Array("ferrydig".utf8)
    private static let version: UInt32 = 1
    private static let headerBytes = 56

    /// The length of the entry for an image of `bytes` bytes.
    static func byteCount(imageBytes: Int64) -> Int {
        headerBytes + ImageParts.count(bytes: imageBytes) * SHA256Digest.byteCount + 4
    }

    /// The entry that says: a file in this state has this digest.
    static func encode(_ digest: ImageDigest, identity: FileIdentity) -> [UInt8] {
        var bytes = header(for: identity)
        bytes.reserveCapacity(byteCount(imageBytes: digest.bytes))
        for part in digest.parts { bytes += part.bytes }
        append(CRC32.value(of: bytes, polynomial: .iso), to: &bytes)
        return bytes
    }

    /// Reads an entry; `nil` when it is damaged or for another state of the file.
    static func decode(_ bytes: [UInt8], identity: FileIdentity) -> ImageDigest? {
        let header = header(for: identity)
        guard bytes.count == byteCount(imageBytes: identity.byteCount), bytes.starts(with: header),
            bytes.littleEndian32(at: bytes.count - 4) == CRC32.value(of: bytes.dropLast(4), polynomial: .iso)
        else { return nil }
        let digests = stride(from: headerBytes, to: bytes.count - 4, by: SHA256Digest.byteCount).compactMap { start in
            SHA256Digest(bytes: bytes[start..<start + SHA256Digest.byteCount])
        }
        return ImageDigest(bytes: identity.byteCount, parts: digests)
    }

    private static func header(for identity: FileIdentity) -> [UInt8] {
        var bytes = magic
        append(version, to: &bytes)
        append(UInt32(ImageParts.size), to: &bytes)
        append(identity.byteCount, to: &bytes)
        append(identity.modified, to: &bytes)
        append(identity.changed, to: &bytes)
        append(identity.inode, to: &bytes)
        append(identity.device, to: &bytes)
        return bytes
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
}
