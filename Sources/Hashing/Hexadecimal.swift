extension Sequence<UInt8> {
    /// The bytes as lower-case hexadecimal digits, two a byte.
    package var hexadecimal: String {
        let digits: StaticString = "0123456789abcdef"
        let count = underestimatedCount
        return digits.withUTF8Buffer { digits in
            var rest = makeIterator()
            var text = String(unsafeUninitializedCapacity: 2 * count) { buffer in
                var written = 0
                while written < 2 * count, let byte = rest.next() {
                    buffer[written] = digits[Int(byte >> 4)]
                    buffer[written + 1] = digits[Int(byte & 0x0F)]
                    written += 2
                }
                return written
            }
            // A sequence may have more than it could say beforehand.
            while let byte = rest.next() {
                text.unicodeScalars.append(Unicode.Scalar(digits[Int(byte >> 4)]))
                text.unicodeScalars.append(Unicode.Scalar(digits[Int(byte & 0x0F)]))
            }
            return text
        }
    }
}

extension [UInt8] {
    /// Reads hexadecimal digits of either case, two a byte; `nil` for an odd number of digits or another character.
    package init?(hexadecimal text: some StringProtocol) {
        let digits = text.utf8
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = Self.value(ofDigit: digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        self = bytes
    }

    static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
