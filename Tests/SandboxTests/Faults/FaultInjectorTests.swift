import Testing

@testable import Sandbox

@Suite("Fault injection")
struct FaultInjectorTests {
    private static let faults = SandboxFaults(
        seed: 42,
        errorProbability: 0.2,
        lostAnswerProbability: 0.1,
        slowDownProbability: 0.3,
        latency: .milliseconds(1)...(.milliseconds(9))
    )

    @Test("The same seed gives the same faults, another gives others")
    func determinism() {
        let first = history(Self.faults)
        #expect(first == history(Self.faults))
        var other = Self.faults
        other.seed = 43
        #expect(first != history(other))
    }

    @Test("Faults are about as frequent as asked for")
    func frequency() {
        let injector = FaultInjector(Self.faults)
        let decisions = (0..<10_000).map { _ in injector.next(isS3: false) }
        let refusals = decisions.filter { $0.refusal != nil }.count
        #expect((1_800...2_200).contains(refusals))
        #expect((850...1_150).contains(decisions.filter(\.losesAnswer).count))
        #expect(decisions.allSatisfy { $0.latency >= .milliseconds(1) && $0.latency <= .milliseconds(9) })
    }

    @Test("Without faults there are none")
    func none() {
        let injector = FaultInjector(.none)
        for isS3 in [true, false] {
            for _ in 0..<1_000 {
                let decision = injector.next(isS3: isS3)
                #expect(decision.refusal == nil && !decision.losesAnswer && decision.latency == .zero)
            }
        }
        #expect((0..<1_000).allSatisfy { _ in injector.admits(action: "ImportVolume") })
    }

    @Test("A token bucket gives its capacity at once, then its refill")
    func bucket() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(.init(capacity: 3, refillPerSecond: 2), now: start)
        let first = (0..<5).map { _ in bucket.take(now: start) }
        #expect(first == [true, true, true, false, false])
        let early = bucket.take(now: start + .milliseconds(499))
        #expect(!early)
        let refilled = bucket.take(now: start + .milliseconds(1_000))
        #expect(refilled)
        let later = start + .seconds(100)
        let last = (0..<4).map { _ in bucket.take(now: later) }
        #expect(last == [true, true, true, false])
    }

    /// The first values of SplitMix64 from 1234567, as its author's reference program prints them.
    @Test("The generator is SplitMix64")
    func generator() {
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
        #expect(generator.next() == 9_817_491_932_198_370_423)
    }

    private func history(_ faults: SandboxFaults) -> [String] {
        let injector = FaultInjector(faults)
        return (0..<200).map { _ in
            let decision = injector.next(isS3: true)
            return "\(String(describing: decision.refusal)) \(decision.losesAnswer) \(decision.latency)"
        }
    }
}
