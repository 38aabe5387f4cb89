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
        text =
            Self.pad(year, 4) + Self.pad(month) + Self.pad(day) + "T"
            + Self.pad(inDay / 3600) + Self.pad(inDay / 60 % 60) + Self.pad(inDay % 60) + "Z"
    }

    private static func pad(_ value: Int64, _ width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
