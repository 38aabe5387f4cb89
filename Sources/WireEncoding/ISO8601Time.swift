package import FoundationEssentials

/// The times of AWS: `2010-12-22T12:01Z`, `2026-11-24T00:30:39Z`, `2026-11-24T00:30:39.000Z` and
/// `2026-11-24T01:30:39+01:00` (ISO 8601).
package enum ISO8601Time {
    /// The moment; `nil` for another form or a date that does not exist.
    package static func date(_ text: String) -> Date? {
        parse(text).map { Date(timeIntervalSince1970: Double($0.seconds) + $0.fraction) }
    }

    /// The moment in seconds since 1970, rounded down; `nil` for another form or a date that does not exist.
    package static func seconds(_ text: String) -> Int64? { parse(text)?.seconds }

    private static func parse(_ text: String) -> (seconds: Int64, fraction: Double)? {
        // Bytes and not a regular expression: a list of conversion tasks has a hundred thousand times.
        var text = text
        return text.withUTF8 { bytes in
            var reader = DigitReader(bytes: bytes)
            guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2),
                reader.take("-"), let day = reader.number(digits: 2), reader.take("T"),
                let hour = reader.number(digits: 2), reader.take(":"), let minute = reader.number(digits: 2),
                (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60
            else { return nil }
            var seconds = CivilDay.number(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60
            var fraction = 0.0
            if reader.take(":") {
                guard let second = reader.number(digits: 2), second <= 60 else { return nil }
                seconds += second
                if reader.take(".") {
                    guard let value = reader.fraction() else { return nil }
                    fraction = value
                }
            }
            guard let offset = reader.offset(), reader.isAtEnd else { return nil }
            return (seconds - offset, fraction)
        }
    }

    /// The form `2026-11-24T00:30:39Z`.
    package static func text(_ seconds: Int64) -> String {
        let digits = Array(SigningTime(seconds: seconds).text)
        let part = { (range: Range<Int>) in String(digits[range]) }
        return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
    }

    /// Reads a time from its first byte to its last.
    private struct DigitReader {
        let bytes: UnsafeBufferPointer<UInt8>
        private var position = 0

        init(bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
        }

        var isAtEnd: Bool { position == bytes.count }

        /// Skips a character; `false` if another one follows.
        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
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

        /// The offset from UTC in seconds, `Z` or `+01:00`.
        mutating func offset() -> Int64? {
            if take("Z") { return 0 }
            let isBehind = take("-")
            guard isBehind || take("+"), let hours = number(digits: 2), take(":"), let minutes = number(digits: 2),
                minutes < 60
            else { return nil }
            return (isBehind ? -1 : 1) * (hours * 3600 + minutes * 60)
        }

        private mutating func digit() -> Int64? {
            guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
                return nil
            }
            defer { position += 1 }
            return Int64(bytes[position] - UInt8(ascii: "0"))
        }
    }
}
