/// A moment as Signature Version 4 writes it: `20150830T123600Z`, in UTC.
package struct SigningTime: Hashable, Sendable {
    /// Seconds since 1970.
    package let seconds: Int64
    /// The form `YYYYMMDD'T'HHMMSS'Z'`.
    package let text: String

    /// The day, the first eight digits.
    package var day: String { String(text.prefix(8)) }

    /// Writes a moment.
    package init(seconds: Int64) {
        self.seconds = seconds
        let number = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let inDay = seconds - number * 86_400
        let (year, month, day) = CivilDay.date(number)
        var digits: [UInt8] = []
        digits.reserveCapacity(16)
        for part in [year / 100, year % 100, month, day] { Self.append(part, to: &digits) }
        digits.append(UInt8(ascii: "T"))
        for part in [inDay / 3600, inDay / 60 % 60, inDay % 60] { Self.append(part, to: &digits) }
        digits.append(UInt8(ascii: "Z"))
        text = String(decoding: digits, as: UTF8.self)
    }

    /// Writes a number of two digits.
    private static func append(_ part: Int64, to digits: inout [UInt8]) {
        digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: part / 10 % 10))
        digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: part % 10))
    }
}
