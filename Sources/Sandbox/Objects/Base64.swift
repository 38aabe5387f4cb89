import FoundationEssentials

/// Base64 (RFC 4648, section 4), as in `Content-MD5` and the checksum headers.
enum Base64 {
    /// The text of `bytes`.
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The bytes of `text`; `nil` if it isn't base64.
    static func decode(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }
}
