/// A role that is assumed with a token of another identity provider, such as Kubernetes.
package struct WebIdentityRole: Hashable, Sendable {
    /// The role's ARN.
    package var arn: String
    /// The file with the token, which its provider renews.
    package var tokenFile: String
    /// The name of the session in CloudTrail; one of ferry's own if `nil`.
    package var sessionName: String?
}
