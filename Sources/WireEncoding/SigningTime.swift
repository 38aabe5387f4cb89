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
        let time = CivilTime(seconds: seconds)
        var digits: [UInt8] = []
        digits.reserveCapacity(16)
        digits.append(time.year, digits: 4)
        for part in [time.month, time.day] { digits.append(part, digits: 2) }
        digits.append(UInt8(ascii: "T"))
        for part in [time.hour, time.minute, time.second] { digits.append(part, digits: 2) }
        digits.append(UInt8(ascii: "Z"))
        text = String(decoding: digits, as: UTF8.self)
    }

    /// Reads a moment; `nil` for another form or a date that does not exist.
    package init?(_ text: some StringProtocol) {
        let time = DigitReader.read(text) { reader -> CivilTime? in
            guard let year = reader.number(digits: 4), let month = reader.number(digits: 2),
                let day = reader.number(digits: 2), reader.take("T"), let hour = reader.number(digits: 2),
                let minute = reader.number(digits: 2), let second = reader.number(digits: 2), reader.take("Z"),
                reader.isAtEnd
            else { return nil }
            return CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        }
        guard let time else { return nil }
        seconds = time.seconds
        self.text = String(text)
    }
}
