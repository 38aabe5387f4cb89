import Testing

@testable import Execution
@testable import WireEncoding

@Suite("When EC2 gives a task up")
struct ExpirationTimeTests {
    private static let now = "2026-11-25T03:15"

    @Test("what is before the present minute has passed", arguments: ["2026-11-25T03:14Z", "2010-12-22T12:01:59.000Z"])
    func passed(text: String) {
        #expect(ExpirationTime.hasPassed(text, now: Self.now))
    }

    @Test(
        "what is later has not, and what is no time tells nothing",
        arguments: [
            "2026-11-25T03:15Z", "2026-11-25T03:15:59Z", "2027-01-01T00:00Z", "", "soon", "2010-12-22T12:01",
            "2010/12/22T12:01Z",
        ]
    )
    func notPassed(text: String) {
        #expect(!ExpirationTime.hasPassed(text, now: Self.now))
    }

    @Test("a moment as EC2 writes it")
    func text() {
        #expect(ExpirationTime.text(of: 0) == "1970-01-01T00:00")
        #expect(ExpirationTime.text(of: 1_293_019_260) == "2010-12-22T12:01")
        #expect(ExpirationTime.now.utf8.count == 16)
    }

    @Test("a presigned address in EC2's words loses what makes it a secret")
    func secrets() {
        let message = "Cannot read https://b.s3.amazonaws.com/k.xml?X-Amz-Signature=abc&X-Amz-Date=1 now?"
        #expect(URLRedaction.redactingSignatures(in: message) == "Cannot read https://b.s3.amazonaws.com/k.xml?… now?")
        #expect(URLRedaction.redactingSignatures(in: "Pending?") == "Pending?")
    }
}
