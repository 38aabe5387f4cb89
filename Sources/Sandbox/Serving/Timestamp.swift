import Glibc
import WireEncoding

/// A moment in UTC, to the millisecond, with the text forms that S3 and EC2 use.
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
    var seconds: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// This moment moved by `seconds`, which may be negative.
    func adding(seconds: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds &+ seconds &* 1000)
    }

    static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// `2026-11-24T09:30:05.123Z`, as in S3's listings and EC2's `createTime`.
    var iso8601: String { ISO8601Time.text(milliseconds: milliseconds) }

    /// `2026-11-24T09:30Z`, the form of `expirationTime` in the EC2 API Reference's example of ImportVolume.
    var iso8601Minutes: String { ISO8601Time.minuteText(seconds) }

    /// `Tue, 24 Nov 2026 09:30:05 GMT`: the IMF-fixdate of RFC 9110, section 5.6.7.
    var httpDate: String { HTTPDate.text(seconds) }

    /// Reads `20261124T093005Z`, the form of `X-Amz-Date`; `nil` for anything else.
    init?(basic text: some StringProtocol) {
        self.init(seconds: SigningTime(text)?.seconds)
    }

    /// Reads `2026-11-24T09:30:05Z` with or without a fraction of a second, which is dropped; `nil` for anything else.
    init?(iso8601 text: some StringProtocol) {
        // Without seconds, or with an offset from UTC, it is another form of ISO 8601.
        guard text.utf8.count >= 20, text.hasSuffix("Z") else { return nil }
        self.init(seconds: ISO8601Time.seconds(text))
    }

    /// Reads an IMF-fixdate; `nil` for anything else, the two obsolete forms of RFC 9110 among it.
    init?(httpDate text: some StringProtocol) {
        self.init(seconds: HTTPDate.seconds(text))
    }

    private init?(seconds: Int64?) {
        guard let seconds else { return nil }
        milliseconds = seconds * 1000
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
