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
        #expect(!decisions.isEmpty)
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

    private func history(_ faults: SandboxFaults) -> [String] {
        let injector = FaultInjector(faults)
        return (0..<200).map { _ in
            let decision = injector.next(isS3: true)
            return "\(String(describing: decision.refusal)) \(decision.losesAnswer) \(decision.latency)"
        }
    }
}
