package import WireEncoding

/// Faults that the sandbox injects, for tests of what clients do about them. The same seed and the same order of
/// requests give the same faults.
package struct SandboxFaults: Sendable {
    /// A request token bucket, as EC2 has one for each kind of action
    /// (Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API").
    package struct Limit: Sendable {
        /// The most tokens in the bucket, which is full at first; each request takes one.
        package var capacity: Double
        /// Tokens added each second.
        package var refillPerSecond: Double

        /// Makes a limit; both numbers are at least zero.
        package init(capacity: Double, refillPerSecond: Double) {
            self.capacity = capacity
            self.refillPerSecond = refillPerSecond
        }
    }

    /// The limit of ImportVolume; over it comes `RequestLimitExceeded` (503).
    package var importVolumeLimit: Limit?
    /// The limit of all EC2 actions together; over it comes `RequestLimitExceeded` (503).
    package var ec2Limit: Limit?
    /// What the random draws start from.
    package var seed: UInt64
    /// The probability (0 to 1) of a 500 or 503 that has had no effect.
    package var errorProbability: Double
    /// The probability (0 to 1) that a request has its effect and the connection closes without an answer.
    package var lostAnswerProbability: Double
    /// The probability (0 to 1) that S3 answers `SlowDown` (503).
    package var slowDownProbability: Double
    /// The probability (0 to 1) that a proxy answers an EC2 request with a page of its own and HTTP status 200.
    package var pageProbability: Double
    /// The IAM actions that are denied, such as `ec2:CreateTags` and `s3:DeleteObject`.
    package var deniedActions: Set<String>
    /// The forms of an import manifest's URL that ImportVolume rejects, as the real EC2 was seen to do in some regions.
    package var rejectedAddressings: Set<S3Addressing>
    /// Whether EC2 performs a request although its `DryRun` is set.
    package var ignoresDryRun: Bool
    /// Whether S3 ignores the conditions of writes.
    package var ignoresConditions: Bool
    /// The time added to each request, drawn from this range.
    package var latency: ClosedRange<Duration>

    /// Makes a choice of faults; by default there are none.
    package init(
        importVolumeLimit: Limit? = nil,
        ec2Limit: Limit? = nil,
        seed: UInt64 = 0,
        errorProbability: Double = 0,
        lostAnswerProbability: Double = 0,
        slowDownProbability: Double = 0,
        pageProbability: Double = 0,
        deniedActions: Set<String> = [],
        rejectedAddressings: Set<S3Addressing> = [],
        ignoresDryRun: Bool = false,
        ignoresConditions: Bool = false,
        latency: ClosedRange<Duration> = .zero...(.zero)
    ) {
        self.importVolumeLimit = importVolumeLimit
        self.ec2Limit = ec2Limit
        self.seed = seed
        self.errorProbability = errorProbability
        self.lostAnswerProbability = lostAnswerProbability
        self.slowDownProbability = slowDownProbability
        self.pageProbability = pageProbability
        self.deniedActions = deniedActions
        self.rejectedAddressings = rejectedAddressings
        self.ignoresDryRun = ignoresDryRun
        self.ignoresConditions = ignoresConditions
        self.latency = latency
    }

    /// No faults.
    package static let none = SandboxFaults()

    /// The limits of the real EC2 for mutating actions: 50 tokens, 5 a second.
    package static let ec2Throttling = SandboxFaults(
        importVolumeLimit: Limit(capacity: 50, refillPerSecond: 5)
    )

    /// What is wrong with the numbers; `nil` if nothing is.
    var problem: String? {
        let probabilities = [errorProbability, lostAnswerProbability, slowDownProbability, pageProbability]
        if !probabilities.allSatisfy({ (0...1).contains($0) }) {
            return "a fault's probability must be between 0 and 1"
        }
        let numbers = [importVolumeLimit, ec2Limit].compactMap(\.self).flatMap { [$0.capacity, $0.refillPerSecond] }
        if !numbers.allSatisfy({ $0 >= 0 && $0.isFinite }) {
            return "a limit's capacity and refill must be numbers of at least zero"
        }
        return latency.lowerBound < .zero ? "the latency must not be negative" : nil
    }
}
