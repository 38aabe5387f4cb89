import Testing

@testable import FlowControl

@Suite("Token bucket")
struct TokenBucketTests {
    @Test("A token bucket gives its capacity, then its refill")
    func takes() {
        var bucket = TokenBucket(rate: 2, capacity: 3)
        let first = (0..<5).map { _ in bucket.take() }
        #expect(first == [true, true, true, false, false])
        bucket.refill(after: 0.499)
        let early = bucket.take()
        #expect(!early)
        bucket.refill(after: 0.501)
        let refilled = bucket.take()
        #expect(refilled)
        bucket.refill(after: 99)
        let last = (0..<4).map { _ in bucket.take() }
        #expect(last == [true, true, true, false])
    }

    @Test("A debt delays the next token by the time of its repayment")
    func debt() {
        var bucket = TokenBucket(rate: 10, capacity: 5)
        bucket.borrow(25)
        #expect(bucket.tokens == -20)
        #expect(bucket.delay() == 2)
        #expect(bucket.delay(until: 5) == 2.5)
        bucket.refill(after: 2)
        #expect(bucket.delay() == 0)
    }

    @Test("A smaller capacity drops tokens, and time that runs backwards adds none")
    func adjustment() {
        var bucket = TokenBucket(rate: 1, capacity: 10)
        bucket.adjust(rate: 2, capacity: 4)
        #expect(bucket.tokens == 4)
        bucket.borrow(4)
        bucket.refill(after: -5)
        #expect(bucket.tokens == 0)
        bucket.refill(after: 1)
        #expect(bucket.tokens == 2)
    }
}
