import AWS
import Testing

@Suite("Retry policy")
struct RetryPolicyTests {
    @Test("delays double up to the longest", arguments: [(1, 0.05), (2, 0.1), (3, 0.2), (40, 20.0)])
    func doubling(_ attempt: Int, _ seconds: Double) {
        let delay = RetryPolicy().delay(after: attempt, isThrottled: false, jitter: 1, asked: nil)
        #expect(delay == .seconds(seconds))
    }

    @Test("a throttle begins with a longer delay")
    func throttle() {
        #expect(RetryPolicy().delay(after: 1, isThrottled: true, jitter: 1, asked: nil) == .seconds(1))
    }

    @Test(
        "the service's wish is followed within bounds",
        arguments: [(3.0, 3.0), (1_000, 5), (-1, 0), (.infinity, 0), (.nan, 0)]
    )
    func asked(_ asked: Double, _ seconds: Double) {
        #expect(RetryPolicy().delay(after: 1, isThrottled: false, jitter: 0, asked: asked) == .seconds(seconds))
    }
}
