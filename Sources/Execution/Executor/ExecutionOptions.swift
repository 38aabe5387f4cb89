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
    /// How long a task may stay unlisted before it is taken for not there. DescribeConversionTasks is eventually
    /// consistent, and EC2 gives no figure; a minute outlasts what its other describe calls are known to need.
    package var listConsistencyTimeout: Duration = .seconds(60)

    /// The default choices.
    package init() {}
}
