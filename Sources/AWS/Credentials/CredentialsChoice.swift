import SigV4

/// The credentials that an environment leads to, and why.
///
/// The order is botocore's, from which the other AWS SDKs differ in one thing: a profile with a `role_arn` comes before the
/// variables of a web identity, which the others read first. A `default` profile counts like one that `AWS_PROFILE` names.
///
/// 1. Keys in the environment, unless the caller names a profile. `AWS_PROFILE` does not come before them.
/// 2. A profile that assumes a role from another profile or a `credential_source`.
/// 3. A web identity, of the variables or else of the profile. With a profile that the caller names, the variables do not
///    count. `AWS_ROLE_ARN` goes with a token file of the profile, and the other way round.
/// 4. Other sources of the profile: IAM Identity Center, keys, a program.
/// 5. A container.
/// 6. The EC2 instance.
struct CredentialsChoice {
    /// Where credentials come from.
    enum Source {
        case environment(AWSCredentials)
        case webIdentity(WebIdentityRole, setting: String)
        case profile(ProfileChain)
        case container
        /// The instance, and what the error adds if it has no role.
        case instance
    }

    /// The source.
    let source: Source
    private let environment: AWSEnvironment

    /// Chooses the source. Reads the environment and the shared files, and nothing else.
    ///
    /// - Throws: ``CredentialsError`` that says what is wrong with the configured source.
    init(_ environment: AWSEnvironment) throws(CredentialsError) {
        self.environment = environment
        source = try Self.source(environment)
    }

    private static func source(_ environment: AWSEnvironment) throws(CredentialsError) -> Source {
        if environment.explicitProfile == nil, let keys = try EnvironmentCredentials.read(environment) {
            return .environment(keys)
        }
        let profile = environment.profiles.profile(environment.profileName)
        let assumesRole = profile.map { $0["role_arn"] != nil && !$0.hasWebIdentity } == true
        if !assumesRole, let source = try webIdentity(environment, profile) { return source }
        if let chain = try chain(environment) { return .profile(chain) }
        let hasContainer = environment.isSet(.containerRelativeURI) || environment.isSet(.containerFullURI)
        return hasContainer ? .container : .instance
    }

    /// The web identity of the variables, and of the profile where they have nothing.
    private static func webIdentity(
        _ environment: AWSEnvironment,
        _ profile: ProfileSection?
    ) throws(CredentialsError) -> Source? {
        let readsVariables = environment.explicitProfile == nil
        guard readsVariables && environment.isSet(.webIdentityTokenFile) || profile?.hasWebIdentity == true else {
            return nil
        }
        func setting(_ setting: AWSSetting) throws(CredentialsError) -> String? {
            try CredentialsError.wrapping { () throws(ConfigurationError) in
                try readsVariables ? environment.value(setting) : environment.property(setting)
            }
        }
        let isOfVariable = readsVariables && environment.isSet(.webIdentityTokenFile)
        if !isOfVariable, let problem = environment.profiles.damage(inProfile: environment.profileName) {
            throw CredentialsError(description: ProfileChainError.damaged(problem).description)
        }
        guard let file = try setting(.webIdentityTokenFile) else { return nil }
        let name = isOfVariable ? "AWS_WEB_IDENTITY_TOKEN_FILE" : profile?.title ?? ""
        guard let arn = try setting(.roleARN) else {
            let missing =
                isOfVariable
                ? "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not; set both"
                : "\(name) has a web_identity_token_file and needs a role_arn too"
            throw CredentialsError(description: missing)
        }
        let role = WebIdentityRole(arn: arn, tokenFile: file, sessionName: try setting(.roleSessionName))
        return .webIdentity(role, setting: name)
    }

    /// The chain of the profile; `nil` if there is no such profile and nobody named it, or it has other settings only.
    private static func chain(_ environment: AWSEnvironment) throws(CredentialsError) -> ProfileChain? {
        do throws(ProfileChainError) {
            return try ProfileChain(profile: environment.profileName, in: environment.profiles)
        } catch {
            let places = try environment.sharedFilePlaces
            switch error {
            case .noProfile where !environment.namesProfile: return nil
            case .noProfile: throw environment.noCredentials(places, because: "\(error) in \(places)")
            case .noCredentials(environment.profileName): return nil
            // These name their file.
            case .damaged, .invalid: throw CredentialsError(description: error.description)
            default: throw CredentialsError(description: "\(error) (in \(places))")
            }
        }
    }
}

extension CredentialsChoice: CustomStringConvertible {
    /// The credentials in use, and what else is set and not used, in one line without keys.
    var description: String {
        let unused = unused
        guard !unused.isEmpty else { return used }
        return "\(used). Not used: \(unused.joined(separator: " and ")), \(reason)"
    }

    private var profileTitle: String {
        let name = environment.profileName
        let origin =
            environment.profileVariable ?? (environment.explicitProfile == nil ? "the default" : "migration manifest")
        return "profile \(SettingForm.quoted(name)) (\(origin))"
    }

    private var used: String {
        switch source {
        case .environment: "keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        case .webIdentity(let role, let setting):
            "role \(SettingForm.quoted(role.arn)) with the token that \(setting) names"
        case .profile(let chain):
            ([profileTitle] + chain.roles.map { "role \(SettingForm.quoted($0.arn))" }).joined(separator: ", assumed ")
        case .container: "the container's role"
        case .instance: "the role of this EC2 instance"
        }
    }

    /// The sources that are set, and not used.
    private var unused: [String] {
        var names: [String] = []
        let usesEnvironment = if case .environment = source { true } else { false }
        if environment.isSet(.accessKeyID), !usesEnvironment, !usesNamedEnvironment {
            names.append("AWS_ACCESS_KEY_ID")
        }
        if environment.isSet(.webIdentityTokenFile), !usesWebIdentityVariables {
            names.append("AWS_WEB_IDENTITY_TOKEN_FILE")
        }
        let usesProfile =
            switch source {
            case .profile: true
            case .webIdentity: !usesWebIdentityVariables
            case .environment, .container, .instance: false
            }
        if environment.namesProfile, !usesProfile { names.append("the credentials of \(profileTitle)") }
        if environment.isSet(.profile), environment.isSet(.defaultProfile), environment.explicitProfile == nil,
            usesProfile
        {
            names.append("AWS_DEFAULT_PROFILE")
        }
        return names
    }

    private var usesWebIdentityVariables: Bool {
        if case .webIdentity(_, "AWS_WEB_IDENTITY_TOKEN_FILE") = source { true } else { false }
    }

    /// Whether a profile names the environment as its source.
    private var usesNamedEnvironment: Bool {
        if case .profile(let chain) = source, case .named(.environment) = chain.source { true } else { false }
    }

    private var reason: String {
        if environment.explicitProfile != nil { return "because the migration manifest names a profile" }
        return switch source {
        case .environment: "because keys in the environment come first"
        case .webIdentity where usesWebIdentityVariables:
            "because a web identity in the environment comes before a profile without a role_arn"
        case .webIdentity: "because this profile comes first"
        case .profile where environment.isSet(.webIdentityTokenFile):
            "because a profile with a role_arn comes before a web identity"
        case .profile: "because AWS_PROFILE comes before it"
        case .container, .instance: "because the profile has no credentials"
        }
    }
}
