/// A moment in UTC as fields of the Gregorian calendar.
///
/// Foundation's calendars are too slow here: every request needs its date, and a listing has thousands of times.
struct CivilTime: Hashable, Sendable {
    /// The year, 0 to 9999.
    let year: Int64
    /// The month, 1 to 12.
    let month: Int64
    /// The day of the month, from 1.
    let day: Int64
    /// The hour, 0 to 23.
    let hour: Int64
    /// The minute, 0 to 59.
    let minute: Int64
    /// The second, 0 to 60.
    let second: Int64

    /// Checks fields that were read; `nil` if one is out of its range. A day beyond the end of its month counts on into
    /// the next month.
    init?(year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64 = 0) {
        guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The years that the fields have room for, in seconds since 1970.
    private static let range: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// The fields of a moment in seconds since 1970. A moment outside the years 0 to 9999 becomes the nearest inside: a
    /// clock may be wrong and a file edited, and neither is a reason to trap.
    init(seconds: Int64) {
        let seconds = Self.clamped(seconds)
        let number = Self.day(of: seconds)
        let rest = seconds - number * 86_400
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = ofYear - (153 * fromMarch + 2) / 5 + 1
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
    }

    /// Seconds since 1970.
    var seconds: Int64 {
        // Years that begin on 1 March, so that the day of leap years is the last one; 400 of them are an era (Howard
        // Hinnant, “chrono-Compatible Low-Level Date Algorithms”).
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let number = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        return number * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// The day of the week of a moment in seconds since 1970; 0 is Sunday.
    static func weekday(of seconds: Int64) -> Int {
        let remainder = (day(of: clamped(seconds)) + 4) % 7
        return Int(remainder < 0 ? remainder + 7 : remainder)
    }

    private static func clamped(_ seconds: Int64) -> Int64 {
        min(max(seconds, range.lowerBound), range.upperBound)
    }

    /// The number of whole days since 1970, rounded down.
    private static func day(of seconds: Int64) -> Int64 {
        seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }
}
