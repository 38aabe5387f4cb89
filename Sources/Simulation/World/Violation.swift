/// A promise of ferry that a history broke.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    /// The promises.
    package enum Promise: String, Sendable, CaseIterable {
        /// No two live or completed tasks carry one address and fingerprint.
        case neverTwice = "never twice"
        /// ImportVolume is called only after its intent is durable.
        case intentFirst = "the intent first"
        /// No more conversions, uploads or requests at once than the limits say.
        case limits = "limits"
        /// No part is removed while a conversion or an import under way needs it.
        case neededParts = "needed parts stay"
        /// What is read after a crash is what was recorded before it.
        case durableState = "the state is durable"
        /// In the end every import that can be done is done, and the plan is empty.
        case neverLost = "never lost"
        /// No import goes to another account than the state is bound to.
        case rightAccount = "the right account"
        /// A run keeps the records of migration manifests that it was not given.
        case neverForgotten = "never forgotten"
        /// A saved plan that was not finished can be applied again, unless something else changed.
        case plansSurvive = "plans survive"
        /// An import ends with a volume of its image.
        case rightContent = "the right content"
        /// Every run ends.
        case noHang = "nothing hangs"
        /// No secret is in anything written.
        case noSecrets = "no secrets"
    }

    /// The promise that was broken.
    package var promise: Promise
    /// How.
    package var detail: String

    package var description: String { "\(promise.rawValue): \(detail)" }
}
