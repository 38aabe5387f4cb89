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
        String(decoding: decodedBytes(text, isForm: isForm), as: UTF8.self)
    }

    /// Brings an encoded text into this encoding, byte for byte, whatever the bytes are.
    static func recode(_ text: some StringProtocol) -> String {
        encode(bytes: decodedBytes(text, isForm: false), keepingSlash: false)
    }

    private static func decodedBytes(_ text: some StringProtocol, isForm: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = [UInt8](hexadecimal: Substring(rest.prefix(2)))?.first {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(isForm && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return bytes
    }

    private static func encode(bytes: some Sequence<UInt8>, keepingSlash: Bool) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.underestimatedCount + 16)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            case UInt8(ascii: "/") where keepingSlash:
                result.append(byte)
            default:
                result.append(UInt8(ascii: "%"))
                for digit in [byte >> 4, byte & 0x0F] {
                    result.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
                }
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
