import Glibc

/// The times at which EC2 gives tasks up, `2010-12-22T12:01Z` or with seconds (ISO 8601, UTC): compared to the minute as the
/// text they are, since a list has a hundred thousand of them.
enum ExpirationTime {
    /// The number of characters up to the minute.
    private static let length = 16

    /// The present time up to the minute.
    static var now: String { text(of: time(nil)) }

    /// A time in seconds since 1970 up to the minute.
    static func text(of seconds: Int) -> String {
        var (seconds, parts) = (seconds, tm())
        gmtime_r(&seconds, &parts)
        func digits(_ value: Int32, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
            + "T\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2))"
    }

    /// Whether a time is before the present minute; `false` for a text of another form, which tells nothing.
    static func hasPassed(_ text: String, now: String) -> Bool {
        guard text.utf8.count > length, text.utf8.last == UInt8(ascii: "Z") else { return false }
        let minute = text.utf8.prefix(length)
        for (index, byte) in minute.enumerated() {
            switch index {
            case 4, 7: if byte != UInt8(ascii: "-") { return false }
            case 10: if byte != UInt8(ascii: "T") { return false }
            case 13: if byte != UInt8(ascii: ":") { return false }
            default: if !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { return false }
            }
        }
        return minute.lexicographicallyPrecedes(now.utf8)
    }
}
