/// Reads a text with fields of decimal digits, such as a date, from its first byte to its last.
struct DigitReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Runs a body with a reader of a text.
    static func read<Value>(_ text: some StringProtocol, _ body: (inout DigitReader) -> Value?) -> Value? {
        var text = String(text)
        return text.withUTF8 { bytes in
            var reader = DigitReader(bytes: bytes)
            return body(&reader)
        }
    }

    /// Whether all bytes are read.
    var isAtEnd: Bool { position == bytes.count }

    /// Skips a character; `false` if another one follows.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Skips a text; `false` if another one follows.
    mutating func takeText(_ text: StaticString) -> Bool {
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[position...].starts(with: expected) else { return false }
        position += expected.count
        return true
    }

    /// The next letters, a capital one and lower-case ones; `nil` if there are fewer.
    mutating func word(length: Int) -> String? {
        let word = bytes[position...].prefix(length)
        guard word.count == length, let first = word.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first),
            word.dropFirst().allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { return nil }
        position += length
        return String(decoding: word, as: UTF8.self)
    }

    /// The number that the next digits form; `nil` if there are fewer.
    mutating func number(digits: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// The fraction of a second that one to nine digits form.
    mutating func fraction() -> Double? {
        var (number, scale): (Int64, Int64) = (0, 1)
        while scale < 1_000_000_000, let digit = digit() {
            (number, scale) = (number * 10 + digit, scale * 10)
        }
        return scale > 1 ? Double(number) / Double(scale) : nil
    }

    private mutating func digit() -> Int64? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int64(bytes[position] - UInt8(ascii: "0"))
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits, with zeros before it.
    mutating func append(_ number: Int64, digits: Int) {
        var scale: Int64 = 1
        for _ in 1..<digits { scale *= 10 }
        while scale > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / scale % 10))
            scale /= 10
        }
    }
}
