import Migration

/// What the claims of a run share.
struct ClaimEnvironment<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let store: any ClaimStore
    let clock: ClockType
    let times: ConsistencyTimes
    /// The lineage of the run's state.
    let lineage: String
    /// Returns a text that no other claim has.
    let makeNonce: @Sendable () -> String
    /// The claims that the run has written.
    let written: WrittenClaims
    /// The buckets whose server ignores the conditions of writes.
    let unconditionalBuckets: Set<String>
}
