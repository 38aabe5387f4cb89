import Hashing

/// Percent-encoding as Signature Version 4 and the Query protocol want it: every byte but the unreserved characters of
/// RFC 3986, in upper-case hexadecimal.
package enum PercentEncoding {
    /// Encodes a text; `/` too unless it is kept.
    package static func encode(_ text: some StringProtocol, keepingSlash: Bool = false) -> String {
        encode(bytes: text.utf8, keepingSlash: keepingSlash)
    }

    /// Decodes `%XX`, and `+` as a space if it is a form's. Anything that is no such sequence stays as it is, and bytes
    /// that are no UTF-8 become U+FFFD.
    package static func decode(_ text: some StringProtocol, isForm: Bool = false) -> String {
        String(decoding: decodedBytes(text, isForm: isForm) ?? [], as: UTF8.self)
    }

    /// Decodes `%XX`, and `+` as a space in a form; `nil` for a `%` without two hexadecimal digits and for bytes that are
    /// not UTF-8.
    package static func strictlyDecoded(_ text: some StringProtocol, isForm: Bool = false) -> String? {
        decodedBytes(text, isForm: isForm, isStrict: true).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Brings an encoded text into this encoding, byte for byte, whatever the bytes are.
    package static func recode(_ text: some StringProtocol) -> String {
        encode(bytes: decodedBytes(text, isForm: false) ?? [], keepingSlash: false)
    }

    /// The decoded bytes; `nil` only in strict mode.
    private static func decodedBytes(
        _ text: some StringProtocol,
        isForm: Bool,
        isStrict: Bool = false
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = [UInt8](hexadecimal: Substring(rest.prefix(2)))?.first {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else if isStrict, byte == UInt8(ascii: "%") {
                return nil
            } else {
                bytes.append(isForm && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return bytes
    }

    private static func encode(bytes: some Sequence<UInt8>, keepingSlash: Bool) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.underestimatedCount + 16)
        append(bytes, to: &result, keepingSlash: keepingSlash)
        return String(decoding: result, as: UTF8.self)
    }

    /// Encodes bytes behind those that are there.
    package static func append(_ bytes: some Sequence<UInt8>, to result: inout [UInt8], keepingSlash: Bool = false) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable { bytes in
            var start = 0
            // Most bytes stand for themselves: they are copied in runs.
            for (index, byte) in bytes.enumerated()
            where !isUnreserved(byte) && !(keepingSlash && byte == UInt8(ascii: "/")) {
                result += bytes[start..<index]
                append(byte, to: &result)
                start = index + 1
            }
            result += bytes[start...]
        }
        if isDone == nil { append(Array(bytes), to: &result, keepingSlash: keepingSlash) }
    }

    private static func append(_ byte: UInt8, to result: inout [UInt8]) {
        result.append(UInt8(ascii: "%"))
        result.append(digit(byte >> 4))
        result.append(digit(byte & 0x0F))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    /// Whether a byte stands for itself.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        // Sets of bytes, below 64 and from 64 on: “-”, “.” and digits; letters, “_” and “~”.
        let (low, high): (UInt64, UInt64) = (0x03FF_6000_0000_0000, 0x47FF_FFFE_87FF_FFFE)
        return byte < 128 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
    }
}
