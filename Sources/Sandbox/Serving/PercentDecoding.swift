/// Strict decoding of percent-encoded text (RFC 3986): what can't be decoded is refused, not passed on as it is.
enum PercentDecoding {
    /// The bytes that `text` stands for; `nil` when a `%` isn't followed by two hexadecimal digits.
    ///
    /// - Parameter plusIsSpace: Whether `+` stands for a space, as in the query of a URL and in a form.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(value(ofDigit:)),
                    let low = iterator.next().flatMap(value(ofDigit:))
                else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// The text that `text` stands for; `nil` for a wrong escape and for bytes that aren't UTF-8.
    static func decodeText(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
        decode(text, plusIsSpace: plusIsSpace).flatMap { String(validating: $0, as: UTF8.self) }
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        Character(Unicode.Scalar(digit)).hexDigitValue.flatMap(UInt8.init(exactly:))
    }
}
