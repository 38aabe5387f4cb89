/// What the plan will do to one address.
package enum Action: String, CaseIterable, Sendable {
    /// Stage the image and import it.
    case create
    /// Go on with an import that was begun: upload what is missing, find out what became of a call, import.
    case resume
    /// Wait for a conversion that is under way, or finish one that is done.
    case wait
    /// Import again after an attempt that ended without a volume.
    case retry
    /// Import what the address now stands for; the earlier volume is kept and named.
    case replace
    /// Take up a task that no record speaks of and whose marker says it is this import's.
    case adopt
    /// Change the tags of a settled volume, or the address that it is recorded under.
    case update
    /// Drop the address from the state; its volume is kept.
    case forget
    /// Nothing.
    case none

    /// Whether the action ends in another volume.
    package var makesVolume: Bool {
        switch self {
        case .create, .resume, .retry, .replace: true
        case .wait, .adopt, .update, .forget, .none: false
        }
    }
}
