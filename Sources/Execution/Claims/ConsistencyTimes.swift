/// How long AWS's services may take, on which the claims rest. All are by server clocks.
package struct ConsistencyTimes: Hashable, Sendable {
    /// How long EC2 accepts a signature, in seconds: a call takes effect at most this long after the time in its signature.
    package var signatureValidity: Int64
    /// How long EC2's lists may omit a task or a tag, in seconds.
    package var listConsistency: Int64
    /// How long EC2 lists a task that has ended, at least, in seconds.
    package var taskRetention: Int64
    /// The difference of EC2's and S3's clocks and the rounding of times to seconds, at most, in seconds.
    package var margin: Int64

    /// The values for AWS.
    package static let aws = ConsistencyTimes(
        signatureValidity: 900,
        listConsistency: 300,
        taskRetention: 3 * 24 * 3600
    )
    /// The values for the sandbox in ferry's own process: calls end with the process, and its lists do not lag.
    package static let embedded = ConsistencyTimes(
        signatureValidity: 1,
        listConsistency: 0,
        taskRetention: 3 * 24 * 3600
    )
    /// The oldest listing that a new claim may rely on, in seconds. `gc` keeps claims for longer.
    package static let oldestListing: Int64 = 6 * 3600
    /// The oldest server time that is used for a signature while there is a later one, in seconds.
    static let oldestSignature: Int64 = 120

    /// Describes the times.
    ///
    /// The margin is 60 s for AWS, and less where signatures are valid for a shorter time.
    package init(signatureValidity: Int64, listConsistency: Int64, taskRetention: Int64) {
        self.signatureValidity = signatureValidity
        self.listConsistency = listConsistency
        self.taskRetention = taskRetention
        margin = min(60, max(2, signatureValidity / 15))
    }

    /// The age of another process's claim without a task from which it may be taken over, in seconds.
    package var takeover: Int64 { signatureValidity + listConsistency + margin }

    /// The oldest server time for a signature, in seconds.
    var oldestSignature: Int64 { min(Self.oldestSignature, signatureValidity / 4) }

    /// How long a task or a tag may be unlisted.
    package var listConsistencyTimeout: Duration { .seconds(max(1, listConsistency)) }
}
