/// Why a profile leads to no credentials. It shows names and properties, never the values of keys.
package enum ProfileChainError: Error, Hashable, Sendable {
    /// There is no such profile.
    case noProfile(String)
    /// A profile names a source that is not there.
    case noSourceProfile(String, of: String)
    /// A profile has nothing that credentials could come from.
    case noCredentials(String)
    /// A profile has a role, and nothing that says from where it is assumed.
    case noSource(String)
    /// A profile says two times from where its role is assumed.
    case twoSources(String)
    /// `credential_source` has a word that is not known.
    case unknownSource(String, String)
    /// Profiles name each other as their sources.
    case loop([String])
    /// A property needs another one beside it.
    case incomplete(String, needs: String)
    /// A profile names an `sso-session` section that is not there.
    case noSession(String, of: String)
    /// A profile says otherwise than its `sso-session` section.
    case sessionProperty(String, of: String)
    /// A number is out of its bounds or none.
    case badDuration(String)
    /// A property that ferry does not support.
    case unsupported(String, String)
    /// A line of a profile can't be read.
    case damaged(SharedFileProblem)
    /// A property has no value of its form.
    case invalid(ConfigurationError)
}

extension ProfileSection {
    /// The checked value of a setting; `nil` if there is none, or it is empty.
    func checked(_ setting: AWSSetting) throws(ProfileChainError) -> String? {
        do throws(ConfigurationError) {
            return try value(setting)
        } catch {
            throw .invalid(error)
        }
    }
}

extension ProfileChainError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noProfile(let name): "there is no profile \"\(name)\""
        case .noSourceProfile(let name, let profile):
            "profile \"\(profile)\" names \"\(name)\" as its source_profile, and there is no such profile"
        case .noCredentials(let profile): "profile \"\(profile)\" has nothing that credentials could come from"
        case .noSource(let profile):
            "profile \"\(profile)\" has a role_arn and needs a source_profile or a credential_source too"
        case .twoSources(let profile):
            "profile \"\(profile)\" has both source_profile and credential_source; keep one of them"
        case .unknownSource(let word, let profile):
            """
            profile \"\(profile)\" has the credential_source \"\(word.prefix(40))\", and it must be Environment, \
            Ec2InstanceMetadata or EcsContainer
            """
        case .loop(let names):
            "profiles lead back to where they began: \(names.joined(separator: " → ")); one of them needs keys"
        case .incomplete(let profile, let property): "profile \"\(profile)\" is not complete: it needs \(property) too"
        case .noSession(let session, let profile):
            "profile \"\(profile)\" names the sso_session \"\(session)\", and there is no section [sso-session \(session)]"
        case .sessionProperty(let property, let profile):
            "profile \"\(profile)\" has an sso_session, so \(property) must stand in its [sso-session] section, and only there"
        case .badDuration(let profile):
            "duration_seconds of profile \"\(profile)\" must be a number from 900 to 43200"
        case .unsupported(let property, let profile):
            """
            profile \"\(profile)\" uses \(property), which ferry does not support. Put credentials in the environment \
            instead: eval "$(aws configure export-credentials --profile '\(profile)' --format env)"
            """
        case .damaged(let problem): "\(problem). Correct the line"
        case .invalid(let error): error.description
        }
    }
}
