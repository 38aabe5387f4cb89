import FlowControl
import Hashing
import Synchronization

/// Decides which request meets which fault.
final class FaultInjector: Sendable {
    /// What happens to one request.
    struct Decision: Sendable {
        /// What is answered in place of any effect.
        enum Refusal: Sendable {
            case internalError, unavailable, slowDown
        }

        let refusal: Refusal?
        /// Whether a proxy answers with a page of its own, and the service never sees the request.
        let isPage: Bool
        /// Whether the answer is lost after the effect.
        let losesAnswer: Bool
        /// Time to wait before anything else.
        let latency: Duration
    }

    private struct State {
        var generator: SeededGenerator
        /// For faults that were added later: those of a seed stay what they are.
        var pages: SeededGenerator
        var importVolume: TokenBucket?
        var ec2: TokenBucket?
        var refilled: ContinuousClock.Instant
    }

    private let faults: SandboxFaults
    private let state: Mutex<State>

    /// Begins with full buckets.
    init(_ faults: SandboxFaults) {
        self.faults = faults
        state = Mutex(
            State(
                generator: SeededGenerator(seed: faults.seed),
                pages: SeededGenerator(seed: faults.seed ^ 0x9A6E),
                importVolume: faults.importVolumeLimit.map(Self.bucket),
                ec2: faults.ec2Limit.map(Self.bucket),
                refilled: .now
            )
        )
    }

    /// Draws what the next request meets. Each request takes the same number of draws, whatever they give, so that one
    /// fault more or less doesn't move all that follow.
    func next(isS3: Bool) -> Decision {
        let draws = state.withLock { state in (0..<5).map { _ in Double.random(in: 0..<1, using: &state.generator) } }
        let page = state.withLock { state in Double.random(in: 0..<1, using: &state.pages) }
        let refusal: Decision.Refusal?
        if draws[0] < faults.errorProbability {
            refusal = draws[1] < 0.5 ? .internalError : .unavailable
        } else if isS3, draws[2] < faults.slowDownProbability {
            refusal = .slowDown
        } else {
            refusal = nil
        }
        return Decision(
            refusal: refusal,
            isPage: !isS3 && page < faults.pageProbability,
            losesAnswer: draws[3] < faults.lostAnswerProbability,
            latency: faults.latency.lowerBound + (faults.latency.upperBound - faults.latency.lowerBound) * draws[4]
        )
    }

    /// Whether EC2's limits let an action through.
    func admits(action: String) -> Bool {
        let now = ContinuousClock.now
        return state.withLock { state in
            let elapsed = (now - state.refilled) / .seconds(1)
            state.refilled = now
            state.ec2?.refill(after: elapsed)
            state.importVolume?.refill(after: elapsed)
            guard state.ec2?.take() != false else { return false }
            return action != "ImportVolume" || state.importVolume?.take() != false
        }
    }

    private static func bucket(_ limit: SandboxFaults.Limit) -> TokenBucket {
        TokenBucket(rate: limit.refillPerSecond, capacity: limit.capacity)
    }
}
