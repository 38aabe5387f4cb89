/// What is known about the effect of a call that failed.
package enum CallOutcome: Hashable, Sendable {
    /// The service rejected the call: it certainly had no effect.
    case rejected
    /// The call may have had its effect: the response was lost, or the service failed while it worked.
    case unknown
}
