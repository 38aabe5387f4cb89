import Glibc

/// A moment in UTC, to the millisecond, with the text forms that S3 and EC2 use.
///
/// The calendar arithmetic is done here, not by a formatter: a listing writes a thousand of these in one answer.
struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    let milliseconds: Int64

    init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The system clock's present time.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    var seconds: Int64 { Self.floorDivide(milliseconds, 1000).quotient }

    /// This moment moved by `seconds`, which may be negative.
    func adding(seconds: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds &+ seconds &* 1000)
    }

    static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// `2026-11-24T09:30:05.123Z`, as in S3's listings and EC2's `createTime`.
    var iso8601: String {
        let parts = Calendar(self)
        return "\(parts.date)T\(parts.time).\(Self.padded(parts.millisecond, to: 3))Z"
    }

    /// `2026-11-24T09:30Z`, the form of `expirationTime` in the EC2 API Reference's example of ImportVolume.
    var iso8601Minutes: String {
        let parts = Calendar(self)
        return "\(parts.date)T\(Self.padded(parts.hour, to: 2)):\(Self.padded(parts.minute, to: 2))Z"
    }

    /// `Tue, 24 Nov 2026 09:30:05 GMT`: the IMF-fixdate of RFC 9110, section 5.6.7.
    var httpDate: String {
        let parts = Calendar(self)
        let day = Self.padded(parts.day, to: 2)
        return "\(Self.weekdays[parts.weekday]), \(day) \(Self.months[parts.month - 1]) \(parts.year) \(parts.time) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads `20261124T093005Z`, the form of `X-Amz-Date`; `nil` for anything else.
    init?(basic text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 16, digits[8] == UInt8(ascii: "T"), digits[15] == UInt8(ascii: "Z") else { return nil }
        self.init(
            year: Self.number(digits[0..<4]),
            month: Self.number(digits[4..<6]),
            day: Self.number(digits[6..<8]),
            time: [digits[9..<11], digits[11..<13], digits[13..<15]].map(Self.number)
        )
    }

    /// Reads `2026-11-24T09:30:05Z` with or without a fraction of a second; `nil` for anything else.
    init?(iso8601 text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count >= 20, digits.last == UInt8(ascii: "Z"), digits[4] == UInt8(ascii: "-"),
            digits[7] == UInt8(ascii: "-"), digits[10] == UInt8(ascii: "T"), digits[13] == UInt8(ascii: ":"),
            digits[16] == UInt8(ascii: ":"),
            digits.count == 20 || digits[19] == UInt8(ascii: ".")
        else { return nil }
        self.init(
            year: Self.number(digits[0..<4]),
            month: Self.number(digits[5..<7]),
            day: Self.number(digits[8..<10]),
            time: [digits[11..<13], digits[14..<16], digits[17..<19]].map(Self.number)
        )
    }

    /// Reads an IMF-fixdate; `nil` for anything else, the two obsolete forms of RFC 9110 among it.
    init?(httpDate text: some StringProtocol) {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = Self.months.firstIndex(of: String(words[2])) else {
            return nil
        }
        self.init(
            year: Int(words[3]),
            month: month + 1,
            day: Int(words[1]),
            time: words[4].split(separator: ":").map { Int($0) }
        )
    }

    /// Days from the civil calendar, after Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
    private init?(year: Int?, month: Int?, day: Int?, time: [Int?]) {
        guard let year, let month, let day, time.count == 3, let hour = time[0], let minute = time[1],
            let second = time[2], (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = Int64(era * 146_097 + dayOfEra - 719_468)
        milliseconds = (days * 86_400 + Int64(hour * 3600 + minute * 60 + second)) * 1000
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func padded(_ value: Int, to width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// The fields of the civil calendar, after the same source.
    private struct Calendar {
        let year, month, day, hour, minute, second, millisecond, weekday: Int

        init(_ timestamp: Timestamp) {
            let (days, rest) = Timestamp.floorDivide(timestamp.milliseconds, 86_400_000)
            let shifted = days + 719_468
            let era = Timestamp.floorDivide(shifted, 146_097).quotient
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let shiftedMonth = (5 * dayOfYear + 2) / 153
            day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
            month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
            year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
            hour = Int(rest / 3_600_000)
            minute = Int(rest / 60_000 % 60)
            second = Int(rest / 1000 % 60)
            millisecond = Int(rest % 1000)
            weekday = Int(Timestamp.floorDivide(days + 4, 7).remainder)
        }

        var date: String { "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))" }
        var time: String { "\(padded(hour, to: 2)):\(padded(minute, to: 2)):\(padded(second, to: 2))" }
    }
}

extension Timestamp: Codable {
    init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}
