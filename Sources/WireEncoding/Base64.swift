import FoundationEssentials

/// Base64 (RFC 4648, section 4), as in `Content-MD5` and the checksum headers of S3.
package enum Base64 {
    /// The text of bytes.
    package static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The bytes of a text; `nil` if it is not Base64.
    package static func decode(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }
}
