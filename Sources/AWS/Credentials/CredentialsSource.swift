import SigV4

/// Where credentials come from, as messages name it.
package enum CredentialsSource: Hashable, Sendable {
    /// `AWS_ACCESS_KEY_ID` and its companions.
    case environment
    /// Keys in a profile of the shared files.
    case keys(profile: String)
    /// A role that is assumed with other credentials, by its ARN.
    case role(String)
    /// A role that is assumed with another identity provider's token, by its ARN.
    case webIdentity(String)
    /// IAM Identity Center, with the sign-in of a profile.
    case identityCenter(profile: String)
    /// The `credential_process` of a profile.
    case process(profile: String)
    /// The agent of a container.
    case container
    /// The metadata of an EC2 instance.
    case instance

    /// Whether asking the source again brings credentials of a new session. Variables and files are read once.
    package var isRenewable: Bool {
        switch self {
        case .environment, .keys: false
        case .role, .webIdentity, .identityCenter, .process, .container, .instance: true
        }
    }
}

extension CredentialsSource: CustomStringConvertible {
    package var description: String {
        switch self {
        case .environment: "the session token in the environment"
        case .keys(let profile): "the session token of profile \"\(profile)\""
        case .role(let arn): "role \(arn)"
        case .webIdentity(let arn): "role \(arn) of the web identity"
        case .identityCenter(let profile): "IAM Identity Center, profile \"\(profile)\""
        case .process(let profile): "credential_process of profile \"\(profile)\""
        case .container: "the container's credentials service"
        case .instance: "the instance's metadata service"
        }
    }
}

/// The session of temporary credentials. What is signed with them is valid until it ends.
package struct CredentialsSession: Hashable, Sendable {
    /// Where they come from.
    package var source: CredentialsSource
    /// When they end, in seconds since 1970; `nil` if their source does not say.
    package var expiration: Int64?
    /// How long they last, in seconds from now by the service's clock.
    package var secondsLeft: Int64?

    /// Describes a session; `nil` for keys that do not end.
    ///
    /// - Parameter now: The present in seconds since 1970.
    init?(source: CredentialsSource, credentials: AWSCredentials, at now: Int64) {
        guard credentials.sessionToken != nil || credentials.expiration != nil else { return nil }
        self.source = source
        expiration = credentials.expirationSeconds
        secondsLeft = expiration.map { max(0, $0.subtractingReportingOverflow(now).partialValue) }
    }
}
