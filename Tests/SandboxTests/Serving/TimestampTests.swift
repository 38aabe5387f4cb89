import Testing

@testable import Sandbox

@Suite("Timestamps")
struct TimestampTests {
    /// Seconds from `date -u -d … +%s`.
    static let moments: [(Int64, basic: String, http: String)] = [
        (-315_619_200, "19600101T000000Z", "Fri, 01 Jan 1960 00:00:00 GMT"),
        (0, "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "20000229T000000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_440_938_160, "20150830T123600Z", "Sun, 30 Aug 2015 12:36:00 GMT"),
        (4_102_444_799, "20991231T235959Z", "Thu, 31 Dec 2099 23:59:59 GMT"),
    ]

    @Test("Moments are read and written", arguments: moments)
    func forms(seconds: Int64, basic: String, http: String) {
        let timestamp = Timestamp(milliseconds: seconds * 1000)
        #expect(Timestamp(basic: basic) == timestamp)
        #expect(Timestamp(httpDate: http) == timestamp)
        #expect(Timestamp(iso8601: timestamp.iso8601) == timestamp)
        #expect(timestamp.httpDate == http)
    }

    @Test("Milliseconds and minutes")
    func precision() {
        let timestamp = Timestamp(milliseconds: 1_292_932_860_007)
        #expect(timestamp.iso8601 == "2010-12-21T12:01:00.007Z")
        #expect(timestamp.adding(seconds: 86_400).iso8601Minutes == "2010-12-22T12:01Z")
    }

    @Test(
        "What is no moment is refused",
        arguments: ["", "20150830T123600", "20151330T123600Z", "20150830T243600Z", "2015083OT123600Z", "２０１５0830T12Z"]
    )
    func refusal(text: String) {
        #expect(Timestamp(basic: text) == nil)
        #expect(Timestamp(iso8601: text) == nil)
        #expect(Timestamp(httpDate: text) == nil)
    }
}
