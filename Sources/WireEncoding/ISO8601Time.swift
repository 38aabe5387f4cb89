package import FoundationEssentials

/// The times of AWS: `2010-12-22T12:01Z`, `2026-11-24T00:30:39Z`, `2026-11-24T00:30:39.000Z` and
/// `2026-11-24T01:30:39+01:00` (ISO 8601).
package enum ISO8601Time {
    /// The moment; `nil` for another form or a date that does not exist.
    package static func date(_ text: String) -> Date? {
        parse(text).map { Date(timeIntervalSince1970: Double($0.seconds) + $0.fraction) }
    }

    /// The moment in seconds since 1970, rounded down; `nil` for another form or a date that does not exist.
    package static func seconds(_ text: some StringProtocol) -> Int64? { parse(text)?.seconds }

    /// The form `2026-11-24T00:30:39Z` of a moment in seconds since 1970.
    package static func text(_ seconds: Int64) -> String {
        String(decoding: bytes(seconds) + [UInt8(ascii: "Z")], as: UTF8.self)
    }

    /// The form `2026-11-24T00:30:39.000Z` of a moment in milliseconds since 1970.
    package static func text(milliseconds: Int64) -> String {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let (seconds, rest) = remainder < 0 ? (quotient - 1, remainder + 1000) : (quotient, remainder)
        var bytes = bytes(seconds) + [UInt8(ascii: ".")]
        bytes.append(rest, digits: 3)
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The form `2026-11-24T00:30Z` of a moment in seconds since 1970.
    package static func minuteText(_ seconds: Int64) -> String {
        String(decoding: bytes(seconds).prefix(16) + [UInt8(ascii: "Z")], as: UTF8.self)
    }

    private static func bytes(_ seconds: Int64) -> [UInt8] {
        let time = CivilTime(seconds: seconds)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        bytes.append(time.year, digits: 4)
        for (separator, number) in [
            ("-", time.month), ("-", time.day), ("T", time.hour), (":", time.minute), (":", time.second),
        ] as [(Unicode.Scalar, Int64)] {
            bytes.append(UInt8(ascii: separator))
            bytes.append(number, digits: 2)
        }
        return bytes
    }

    private static func parse(_ text: some StringProtocol) -> (seconds: Int64, fraction: Double)? {
        // Bytes and not a regular expression: a list of conversion tasks has a hundred thousand times.
        DigitReader.read(text) { reader in
            guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2),
                reader.take("-"), let day = reader.number(digits: 2), reader.take("T"),
                let hour = reader.number(digits: 2), reader.take(":"), let minute = reader.number(digits: 2)
            else { return nil }
            var second: Int64 = 0
            var fraction = 0.0
            if reader.take(":") {
                guard let value = reader.number(digits: 2) else { return nil }
                second = value
                if reader.take(".") {
                    guard let value = reader.fraction() else { return nil }
                    fraction = value
                }
            }
            guard let offset = offset(&reader), reader.isAtEnd,
                let time = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
            else { return nil }
            return (time.seconds - offset, fraction)
        }
    }

    /// The offset from UTC in seconds, `Z` or `+01:00`.
    private static func offset(_ reader: inout DigitReader) -> Int64? {
        if reader.take("Z") { return 0 }
        let isBehind = reader.take("-")
        guard isBehind || reader.take("+"), let hours = reader.number(digits: 2), reader.take(":"),
            let minutes = reader.number(digits: 2), minutes < 60
        else { return nil }
        return (isBehind ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
