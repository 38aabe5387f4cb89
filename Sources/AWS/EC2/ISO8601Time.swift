import FoundationEssentials

/// The times of EC2: `2010-12-22T12:01Z`, `2026-11-24T00:30:39Z` and `2026-11-24T00:30:39.000Z` (ISO 8601), in UTC.
enum ISO8601Time {
    /// The moment, to the second; `nil` for another form or a date that does not exist.
    static func date(_ text: String) -> Date? {
        guard
            let match = text.wholeMatch(
                of: /([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?Z/
            ),
            let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3), let hour = Int64(match.4),
            let minute = Int64(match.5), let second = Int64(match.6 ?? "0"),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = CivilDay.number(year: year, month: month, day: day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3600 + minute * 60 + second))
    }
}
