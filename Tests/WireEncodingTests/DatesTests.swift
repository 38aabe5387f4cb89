import Foundation
import Testing

@testable import WireEncoding

/// The forms of dates on the wire. Foundation's calendar is the other opinion.
@Suite struct DatesTests {
    private static let moments: [Int64] = [
        0, -1, 1, 951_782_399, 951_782_400, 951_868_800, 1_709_164_800, 4_107_542_399, 253_402_300_799,
        -62_135_596_800, 1_440_938_160,
    ]

    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
        return calendar
    }

    // Foundation's calendar is the Julian one before 1582.
    @Test(
        "Fields are those of the Gregorian calendar, and lead back to the moment",
        arguments: moments.filter { $0 > -12_000_000_000 }
    )
    func fields(seconds: Int64) {
        let time = CivilTime(seconds: seconds)
        let fields = Self.calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second, .weekday],
            from: Date(timeIntervalSince1970: Double(seconds))
        )
        #expect(fields.year.map(Int64.init) == time.year)
        #expect(fields.month.map(Int64.init) == time.month)
        #expect(fields.day.map(Int64.init) == time.day)
        #expect(fields.hour.map(Int64.init) == time.hour)
        #expect(fields.minute.map(Int64.init) == time.minute)
        #expect(fields.second.map(Int64.init) == time.second)
        #expect(fields.weekday == CivilTime.weekday(of: seconds) + 1)
        #expect(time.seconds == seconds)
    }

    @Test("Each form is read as it is written", arguments: moments)
    func roundTrips(seconds: Int64) {
        #expect(ISO8601Time.seconds(ISO8601Time.text(seconds)) == seconds)
        #expect(HTTPDate.seconds(HTTPDate.text(seconds)) == seconds)
        #expect(SigningTime(SigningTime(seconds: seconds).text)?.seconds == seconds)
        #expect(ISO8601Time.seconds(ISO8601Time.minuteText(seconds)).map { (0..<60).contains(seconds - $0) } == true)
    }

    @Test(
        "A moment that no form has room for becomes the nearest that has, and traps nowhere",
        arguments: [
            (Int64.min, "0000-01-01T00:00:00Z"), (-62_167_219_201, "0000-01-01T00:00:00Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"), (-62_167_219_199, "0000-01-01T00:00:01Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (253_402_300_800, "9999-12-31T23:59:59Z"),
            (.max, "9999-12-31T23:59:59Z"),
        ]
    )
    func extremes(seconds: Int64, text: String) {
        #expect(ISO8601Time.text(seconds) == text)
        #expect(ISO8601Time.minuteText(seconds).hasPrefix(text.prefix(16)))
        #expect(!ISO8601Time.text(milliseconds: seconds).isEmpty)
        #expect(SigningTime(seconds: seconds).text == text.filter { $0 != "-" && $0 != ":" })
        #expect(HTTPDate.seconds(HTTPDate.text(seconds)) == ISO8601Time.seconds(text))
    }

    @Test("The texts are those of the specifications")
    func texts() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(ISO8601Time.text(1_440_938_160) == "2015-08-30T12:36:00Z")
        #expect(ISO8601Time.text(milliseconds: 1_440_938_160_007) == "2015-08-30T12:36:00.007Z")
        #expect(ISO8601Time.text(milliseconds: -1) == "1969-12-31T23:59:59.999Z")
        #expect(SigningTime(seconds: 1_440_938_160).text == "20150830T123600Z")
        #expect(SigningTime(seconds: 1_440_938_160).day == "20150830")
    }

    @Test(
        "AWS's forms of ISO 8601 are read",
        arguments: [
            ("2010-12-22T12:01Z", 1_293_019_260), ("2026-11-24T00:30:39Z", 1_795_480_239),
            ("2026-11-24T00:30:39.999Z", 1_795_480_239), ("2026-11-24T01:30:39+01:00", 1_795_480_239),
            ("2026-11-23T19:00:39-05:30", 1_795_480_239),
        ] as [(String, Int64)]
    )
    func iso8601(text: String, seconds: Int64) {
        #expect(ISO8601Time.seconds(text) == seconds)
    }

    @Test(
        "Other forms are not dates",
        arguments: [
            "", "2026-11-24", "2026-13-24T00:30:39Z", "2026-11-24T24:00:00Z", "2026-11-24 00:30:39Z",
            "2026-11-24T00:30:39", "2026-11-24T00:30:39.Z", "2026-11-24T00:30:39Zx", "２026-11-24T00:30:39Z",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
            "20150830T1236Z", "20150830T123600", "20151330T123600Z",
        ]
    )
    func otherForms(text: String) {
        #expect(ISO8601Time.seconds(text) == nil)
        #expect(HTTPDate.seconds(text) == nil)
        #expect(SigningTime(text) == nil)
    }
}
