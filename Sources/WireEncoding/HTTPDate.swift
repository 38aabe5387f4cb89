/// The date of HTTP (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since 1970; `nil` for another form, the two obsolete forms among them.
    package static func seconds(_ text: some StringProtocol) -> Int64? {
        DigitReader.read(text) { reader in
            guard reader.word(length: 3) != nil, reader.takeText(", "), let day = reader.number(digits: 2),
                reader.take(" "),
                let month = reader.word(length: 3).flatMap(months.firstIndex), reader.take(" "),
                let year = reader.number(digits: 4), reader.take(" "), let hour = reader.number(digits: 2),
                reader.take(":"), let minute = reader.number(digits: 2), reader.take(":"),
                let second = reader.number(digits: 2), reader.takeText(" GMT"), reader.isAtEnd
            else { return nil }
            let month64 = Int64(month) + 1
            return CivilTime(year: year, month: month64, day: day, hour: hour, minute: minute, second: second)?.seconds
        }
    }

    /// The text of a moment in seconds since 1970.
    package static func text(_ seconds: Int64) -> String {
        let time = CivilTime(seconds: seconds)
        var bytes = Array("\(weekdays[CivilTime.weekday(of: seconds)]), ".utf8)
        bytes.append(time.day, digits: 2)
        bytes += " \(months[Int(time.month) - 1]) ".utf8
        bytes.append(time.year, digits: 4)
        for (separator, number) in [(" ", time.hour), (":", time.minute), (":", time.second)] {
            bytes += separator.utf8
            bytes.append(number, digits: 2)
        }
        return String(decoding: bytes, as: UTF8.self) + " GMT"
    }
}
