package import FoundationEssentials

/// The times of AWS: `2010-12-22T12:01Z`, `2026-11-24T00:30:39Z`, `2026-11-24T00:30:39.000Z` and
/// `2026-11-24T01:30:39+01:00` (ISO 8601).
package enum ISO8601Time {
    /// The moment; `nil` for another form or a date that does not exist.
    package static func date(_ text: String) -> Date? {
        guard
            let match = text.wholeMatch(
                of:
                    /([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?(Z|[-+][0-9]{2}:[0-9]{2})/
            ),
            let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3), let hour = Int64(match.4),
            let minute = Int64(match.5), let second = Int64(match.6 ?? "0"), let offset = offset(match.8),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = CivilDay.number(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + (match.7.flatMap { Double("0\($0)") } ?? 0))
    }

    /// The form `2026-11-24T00:30:39Z`.
    package static func text(_ seconds: Int64) -> String {
        let digits = Array(SigningTime(seconds: seconds).text)
        let part = { (range: Range<Int>) in String(digits[range]) }
        return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
    }

    /// How far a place is ahead of UTC, in seconds.
    private static func offset(_ text: Substring) -> Int64? {
        guard text != "Z" else { return 0 }
        guard let hours = Int64(text.dropFirst().prefix(2)), let minutes = Int64(text.suffix(2)), minutes < 60 else {
            return nil
        }
        return (text.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
