import Foundation
import Testing

@testable import WireEncoding

@Suite("Times of others")
struct LooseTimestampTests {
    /// 2030-01-01 00:00:00 UTC.
    private static let seconds = 1_893_456_000.0

    @Test(
        "One moment in many forms",
        arguments: [
            "2030-01-01T00:00:00Z", "2030-01-01T00:00:00+00:00", "2030-01-01T00:00:00UTC", "2030-01-01 00:00:00 UTC",
            "2030-01-01T00:00:00.000Z", "2030-01-01T00:00:00.000000000Z", "2030-01-01T00:00:00,0Z",
            "2030-01-01T01:00:00+01:00", "2029-12-31T16:00:00-0800", "20300101T000000Z", "2030-01-01T00:00Z",
            "Tue, 01 Jan 2030 00:00:00 GMT", "Tue Jan  1 00:00:00 UTC 2030", "01/01/2030 12:00:00 AM UTC",
            " 2030-01-01T00:00:00Z ", "2030/01/01 00:00:00 +0000", "20300101000000Z", "2030-1-1 0:0:0 Z",
        ]
    )
    func forms(text: String) {
        #expect(LooseTimestamp.date(text)?.timeIntervalSince1970 == Self.seconds)
    }

    @Test("Fractions count")
    func fraction() {
        #expect(LooseTimestamp.date("2030-01-01T00:00:00.25Z")?.timeIntervalSince1970 == Self.seconds + 0.25)
    }

    @Test(
        "Other texts are no times: without a zone, beyond the calendar, half of one, or a number",
        arguments: [
            "", " ", "soon", "2030-01-01", "2030-01-01T00:00:00", "2030-02-30T00:00:00Z", "2030-13-01T00:00:00Z",
            "2030-01-01T24:00:00Z", "2030-01-01T00:60:00Z", "2030-01-01T00:00:60Z", "2030-01-01T00:00:00ZZ",
            "2030-01-01T00:00:00 EST", "2030-01-01T00:00:00+24:00", "2030-01-01T00:00:00Z+01:00", "00:00:00Z", "T",
            "2030-01-01T00:00:00Z T", "1893456000", "2030-01-01T00:00:00\u{A0}Z", "2030-01-01T13:00:00 PM Z",
            "99999999999999999999999999999999Z", "2030-01-01T00:00:00UTC+3", String(repeating: "1", count: 200),
        ]
    )
    func rejected(text: String) {
        #expect(LooseTimestamp.date(text) == nil)
    }

    @Test("A number counts in seconds where services give one", arguments: ["1893456000", "1893456000.0", "1.9e9"])
    func epoch(text: String) {
        #expect(LooseTimestamp.date(text, readsEpoch: true)?.timeIntervalSince1970 == Double(text))
        #expect(LooseTimestamp.date(text) == nil)
        #expect(LooseTimestamp.date("1e300", readsEpoch: true) == nil)
        #expect(LooseTimestamp.date("nan", readsEpoch: true) == nil)
    }
}
