package import FoundationEssentials

/// The times of files and programs of others, in every form that botocore, the library of the AWS CLI, reads with dateutil
/// and that names a time zone.
///
/// The forms are those of ISO 8601 (`2030-01-01T00:00:00Z`, `20300101T000000+0100`), RFC 5322 (`Tue, 01 Jan 2030 00:00:00
/// GMT`), date(1) (`Tue Jan  1 00:00:00 UTC 2030`), and mixtures of them. A time without a zone is rejected: botocore reads
/// it and then fails to compare it with the present. AWS's own documents, of which there are many in a list, are read by
/// ``ISO8601Time``.
package enum LooseTimestamp {
    /// The moment; `nil` for another form, a time without a zone, or a date that does not exist.
    ///
    /// - Parameters:
    ///   - text: The time.
    ///   - readsEpoch: Whether a number counts, in seconds since 1970. botocore takes numbers from services, and not from
    ///     files and programs.
    package static func date(_ text: String, readsEpoch: Bool = false) -> Date? {
        if readsEpoch, let seconds = Double(text), seconds.isFinite, abs(seconds) < 253_402_300_800 {
            return Date(timeIntervalSince1970: seconds)
        }
        guard text.utf8.count <= 100 else { return nil }
        var reader = Reader(Array(text.utf8))
        guard reader.read(), let (seconds, fraction) = reader.moment else { return nil }
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    /// Reads a time word by word, in any order that leaves no doubt.
    private struct Reader {
        private static let months = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december",
        ]
        private static let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

        private let bytes: [UInt8]
        private var position = 0
        /// The numbers of the date in their order, with the number of their digits.
        private var numbers: [(value: Int64, digits: Int)] = []
        private var month: Int64?
        /// The sign between the numbers, which is one and the same.
        private var dateSeparator: UInt8?
        private var time: (hour: Int64, minute: Int64, second: Int64)?
        private var fraction = 0.0
        private var isHalfDay = false
        private var offset: Int64?

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        /// Reads all words; `false` if one of them has no meaning.
        mutating func read() -> Bool {
            while position < bytes.count {
                let isWord: Bool
                switch bytes[position] {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): isWord = readNumber()
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): isWord = readWord()
                case UInt8(ascii: "+"): isWord = readOffset()
                case UInt8(ascii: "-") where time != nil && offset == nil: isWord = readOffset()
                case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."): isWord = skipDateSeparator()
                case UInt8(ascii: " "), UInt8(ascii: ","):
                    // A comma between digits is a decimal point to dateutil.
                    isWord = bytes[position] == UInt8(ascii: " ") || next == UInt8(ascii: " ")
                    position += 1
                default: isWord = false
                }
                guard isWord else { return false }
            }
            return true
        }

        /// The moment that was read; `nil` if something is missing or does not exist.
        var moment: (seconds: Int64, fraction: Double)? {
            guard let time, let offset, let (year, month, day) = date, year > 0, time.second < 60,
                let civil = CivilTime(
                    year: year,
                    month: month,
                    day: day,
                    hour: time.hour,
                    minute: time.minute,
                    second: time.second
                ),
                // A day beyond the end of its month counts on into the next.
                CivilTime(seconds: civil.seconds) == civil
            else { return nil }
            return (civil.seconds - offset, fraction)
        }

        /// The numbers of the date by their meaning: a year has four digits and comes first or last. Without a month's name
        /// and a year in front, the month comes before the day unless it can't be one, as dateutil has it.
        private var date: (year: Int64, month: Int64, day: Int64)? {
            guard numbers.count == (month == nil ? 3 : 2), numbers.count(where: { $0.digits == 4 }) == 1,
                numbers.allSatisfy({ $0.digits <= 2 || $0.digits == 4 })
            else { return nil }
            let values = numbers.map(\.value)
            if let month {
                return numbers[0].digits == 4 ? (values[0], month, values[1]) : (values[1], month, values[0])
            }
            if numbers[0].digits == 4 { return (values[0], values[1], values[2]) }
            guard numbers[2].digits == 4 else { return nil }
            return values[0] > 12 ? (values[2], values[1], values[0]) : (values[2], values[0], values[1])
        }

        private mutating func readNumber() -> Bool {
            let start = position
            let digits = takeDigits()
            if peek == UInt8(ascii: ":"), digits.count <= 2 { return readTime(hour: digits) }
            switch digits.count {
            case 1, 2:
                numbers.append((Self.value(digits), digits.count))
            case 4 where start > 0 && isDateComplete && time == nil:
                return takeTime(digits, fractionAllowed: false)
            case 4:
                numbers.append((Self.value(digits), 4))
            case 6 where isDateComplete && time == nil:
                return takeTime(digits, fractionAllowed: true)
            case 8, 12, 14:
                guard numbers.isEmpty, month == nil else { return false }
                let date = (digits[..<4], digits[4..<6], digits[6..<8])
                numbers = [(Self.value(date.0), 4), (Self.value(date.1), 2), (Self.value(date.2), 2)]
                return digits.count == 8 || takeTime(digits[8...], fractionAllowed: false)
            default:
                return false
            }
            return true
        }

        private var isDateComplete: Bool { numbers.count == (month == nil ? 3 : 2) }

        /// Takes hour and minute, or also the second, from digits without colons between them.
        private mutating func takeTime(_ digits: ArraySlice<UInt8>, fractionAllowed: Bool) -> Bool {
            guard time == nil else { return false }
            let start = digits.startIndex
            time = (
                Self.value(digits[start..<start + 2]), Self.value(digits[start + 2..<start + 4]),
                Self.value(digits[(start + 4)...])
            )
            return !fractionAllowed || readFraction()
        }

        private mutating func readTime(hour: ArraySlice<UInt8>) -> Bool {
            guard time == nil else { return false }
            position += 1
            let minute = takeDigits()
            guard (1...2).contains(minute.count) else { return false }
            time = (Self.value(hour), Self.value(minute), 0)
            guard peek == UInt8(ascii: ":") else { return true }
            position += 1
            let second = takeDigits()
            guard (1...2).contains(second.count) else { return false }
            time?.second = Self.value(second)
            return peek != UInt8(ascii: ",") || second.count == 2 ? readFraction() : false
        }

        /// The digits after a point or comma, of which six count.
        private mutating func readFraction() -> Bool {
            guard peek == UInt8(ascii: ".") || peek == UInt8(ascii: ","), position + 1 < bytes.count,
                Self.isDigit(bytes[position + 1])
            else { return true }
            position += 1
            let digits = takeDigits().prefix(6)
            fraction = Double(Self.value(digits)) / Self.powers[digits.count]
            return true
        }

        private static let powers: [Double] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

        private mutating func readWord() -> Bool {
            let start = position
            while position < bytes.count, Self.isLetter(bytes[position]) { position += 1 }
            let word = String(decoding: bytes[start..<position], as: UTF8.self)
            switch word {
            case "Z", "z", "UTC", "GMT":
                guard time != nil, offset == nil else { return false }
                // “UTC+3” means three hours the other way to some: it is left to nobody's guess.
                offset = 0
                return peek != UInt8(ascii: "+") && peek != UInt8(ascii: "-")
            case "T", "t":
                return isDateComplete && time == nil && peek.map(Self.isDigit) == true
            default:
                let isApart = start == 0 || !Self.isDigit(bytes[start - 1]) || time != nil
                return isApart && takeName(word.lowercased())
            }
        }

        private mutating func takeName(_ name: String) -> Bool {
            if name == "am" || name == "pm" {
                guard let hour = time?.hour, !isHalfDay, (0...12).contains(hour) else { return false }
                isHalfDay = true
                time?.hour = hour % 12 + (name == "pm" ? 12 : 0)
                return true
            }
            if name == "sept" || Self.months.contains(where: { $0 == name || $0.prefix(3) == name }) {
                guard month == nil else { return false }
                month = Self.months.firstIndex { $0.hasPrefix(name.prefix(3)) }.map { Int64($0) + 1 }
                return true
            }
            return Self.days.contains { $0 == name || $0.prefix(3) == name }
        }

        /// The offset from UTC, `+01:00`, `+0100` or `+01`.
        private mutating func readOffset() -> Bool {
            guard time != nil, offset == nil else { return false }
            let sign: Int64 = bytes[position] == UInt8(ascii: "-") ? -1 : 1
            position += 1
            let digits = takeDigits()
            var (hours, minutes): (Int64, Int64)
            switch digits.count {
            case 1, 2: (hours, minutes) = (Self.value(digits), 0)
            case 4: (hours, minutes) = (Self.value(digits.prefix(2)), Self.value(digits.suffix(2)))
            default: return false
            }
            if digits.count == 2, peek == UInt8(ascii: ":") {
                position += 1
                let rest = takeDigits()
                guard rest.count == 2 else { return false }
                minutes = Self.value(rest)
            }
            guard hours < 24, minutes < 60 else { return false }
            offset = sign * (hours * 3600 + minutes * 60)
            return true
        }

        /// A sign between the numbers of a date.
        private mutating func skipDateSeparator() -> Bool {
            guard !numbers.isEmpty || month != nil, !isDateComplete, time == nil, let next,
                Self.isDigit(next) || Self.isLetter(next), dateSeparator == nil || dateSeparator == bytes[position]
            else { return false }
            dateSeparator = bytes[position]
            position += 1
            return true
        }

        private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
        private var next: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

        private mutating func takeDigits() -> ArraySlice<UInt8> {
            let start = position
            while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
            // Counted from zero, not from their place in the text.
            return Array(bytes[start..<position])[...]
        }

        private static func value(_ digits: ArraySlice<UInt8>) -> Int64 {
            digits.prefix(18).reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }

        private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

        private static func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
    }
}
