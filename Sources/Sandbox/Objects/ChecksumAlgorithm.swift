import Hashing
import WireEncoding

/// The checksums that the sandbox verifies
/// (Amazon S3 User Guide, "Checking object integrity for data uploads in Amazon S3").
enum ChecksumAlgorithm: String, Codable, Sendable, CaseIterable {
    case crc32 = "CRC32"
    case crc32c = "CRC32C"
    case sha256 = "SHA256"

    /// The header that carries it.
    var headerName: String { "x-amz-checksum-\(rawValue.lowercased())" }

    /// The element of S3's XML that carries it.
    var elementName: String { "Checksum\(rawValue)" }

    /// The check value of `bytes`, in base64.
    func value(of bytes: [UInt8]) -> String {
        switch self {
        case .crc32: Self.base64(CRC32.value(of: bytes, polynomial: .iso))
        case .crc32c: Self.base64(CRC32.value(of: bytes, polynomial: .castagnoli))
        case .sha256: Base64.encode(SHA256.digest(of: bytes).bytes)
        }
    }

    /// A CRC's base64 form: its four bytes, highest first.
    static func base64(_ value: UInt32) -> String {
        Base64.encode(stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) })
    }
}
