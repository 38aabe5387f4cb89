import FoundationEssentials

/// How a plan is applied.
package struct ExecutionOptions: Sendable {
    /// The most parts uploaded at once, over all images. Each holds no more memory than the transport's buffers.
    package var uploads = 4
    /// The most conversions at once.
    package var conversions = 5
    /// The most ImportVolume calls a second; unlimited if `nil`.
    package var requestsPerSecond: Double?
    /// The interval between two looks at the conversion tasks after something has changed.
    package var shortestPoll: Duration = .seconds(3)
    /// The interval when nothing has changed for long.
    package var longestPoll: Duration = .seconds(30)
    /// How long AWS's services may take, on which the claims rest.
    package var times = ConsistencyTimes.aws
    /// The most claims that an import writes because EC2 rejected its call for a reason that passes.
    package var mostRenewals = 8
    /// Returns a text that no other claim has.
    package var makeNonce: @Sendable () -> String = { UUID().uuidString.lowercased() }

    /// The default choices.
    package init() {}
}
