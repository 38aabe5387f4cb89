/// A role, as a profile or a caller describes it.
package struct AssumedRole: Hashable, Sendable {
    /// The role's ARN.
    package var arn: String
    /// What the role's owner asks strangers for, against the confused deputy.
    package var externalID: String?
    /// The name of the session in CloudTrail; one of ferry's own if `nil`.
    package var sessionName: String?
    /// How long the credentials are valid, in seconds; the role's own if `nil`.
    package var duration: Int?

    /// Names a role.
    init(arn: String) {
        self.arn = arn
    }

    /// Reads a profile.
    init(arn: String, profile: ProfileSection, _ name: String) throws(ProfileChainError) {
        // A code from a device cannot be asked for in a run that goes on for days.
        if profile["mfa_serial"] != nil { throw .unsupported("mfa_serial", name) }
        self.arn = arn
        externalID = try profile.checked(.externalID)
        sessionName = try profile.checked(.roleSessionName)
        if let text = try profile.checked(.duration) {
            guard let seconds = Int(text), (900...43_200).contains(seconds) else { throw .badDuration(name) }
            duration = seconds
        }
    }
}
