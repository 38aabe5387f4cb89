import EC2Types
import Testing

@Suite("The expiration of a task")
struct TaskExpirationTests {
    /// 2026-11-25T03:15:00Z.
    private static let now: Int64 = 1_795_576_500

    @Test(
        "has passed if it is before the current minute",
        arguments: ["2026-11-25T03:14Z", "2010-12-22T12:01:59.000Z"]
    )
    func passed(text: String) {
        #expect(TaskExpiration(text).hasPassed(at: Self.now))
        #expect(TaskExpiration(text).hasPassed(at: Self.now + 59))
    }

    @Test(
        "has not passed if it is later, or in an unknown format",
        arguments: [
            "2026-11-25T03:15Z", "2026-11-25T03:15:59Z", "2027-01-01T00:00Z", "", "soon", "2010-12-22T12:01",
            "2010/12/22T12:01Z",
        ]
    )
    func notPassed(text: String) {
        #expect(!TaskExpiration(text).hasPassed(at: Self.now))
        #expect(!TaskExpiration(text).hasPassed(at: Self.now + 59))
    }

    @Test("keeps the text and has the seconds")
    func text() {
        #expect(TaskExpiration("1970-01-01T00:00Z").seconds == 0)
        #expect(TaskExpiration("2010-12-22T12:01Z").seconds == 1_293_019_260)
        #expect(TaskExpiration("2010-12-22T13:01:00.999+01:00").seconds == 1_293_019_260)
        #expect(TaskExpiration("2010-12-22T12:01Z").text == "2010-12-22T12:01Z")
        #expect(TaskExpiration("soon").text == "soon")
    }
}
