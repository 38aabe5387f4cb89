package import SigV4
package import WireEncoding

/// Where the credentials of a profile come from: a source, and the roles that are assumed one after another from there
/// (AWS SDKs and Tools Reference, “Assume role with AWS credentials”).
package struct ProfileChain: Sendable {
    /// The beginning of the chain.
    package enum Source: Sendable {
        /// Keys that stand in the profile.
        case keys(AWSCredentials)
        /// One that `credential_source` names.
        case named(NamedSource)
        /// A token that another identity provider gave.
        case webIdentity(WebIdentityRole)
        /// A user who is signed in to IAM Identity Center.
        case sso(SSOProfile)
        /// A program that prints credentials.
        case process(Secret)
    }

    /// The words of `credential_source`.
    package enum NamedSource: String, Sendable {
        case environment = "Environment"
        case instance = "Ec2InstanceMetadata"
        case container = "EcsContainer"
    }

    /// The beginning.
    package var source: Source
    /// The profile that it stands in.
    package var sourceProfile: String
    /// The roles, in the order they are assumed.
    package var roles: [AssumedRole]

    /// Follows a profile to its source.
    ///
    /// - Throws: ``ProfileChainError``.
    package init(profile name: String, in profiles: SharedProfiles) throws(ProfileChainError) {
        var visited: [String] = []
        var roles: [AssumedRole] = []
        var name = name
        while true {
            if let problem = profiles.damage(inProfile: name) { throw .damaged(problem) }
            guard let profile = profiles.profile(name) else {
                throw visited.last.map { .noSourceProfile(name, of: $0) } ?? .noProfile(name)
            }
            guard !visited.contains(name) else { throw .loop(visited + [name]) }
            visited.append(name)
            sourceProfile = name
            // The profile a role is assumed from may have keys and a role: the keys are nearer.
            if visited.count > 1, let keys = try Self.keys(profile, name) {
                (source, self.roles) = (.keys(keys), roles)
                return
            }
            guard let arn = try profile.checked(.roleARN), !profile.hasWebIdentity else {
                (source, self.roles) = (try Self.source(profile, name, profiles), roles)
                return
            }
            roles.insert(try AssumedRole(arn: arn, profile: profile, name), at: 0)
            switch (try profile.checked(.sourceProfile), try profile.checked(.credentialSource)) {
            case (_?, _?):
                throw .twoSources(name)
            case (nil, nil):
                throw .noSource(name)
            case (name?, nil):
                guard let keys = try Self.keys(profile, name) else { throw .noCredentials(name) }
                (source, self.roles) = (.keys(keys), roles)
                return
            case (let next?, nil):
                name = next
            case (nil, let word?):
                guard let named = NamedSource(rawValue: word) else { throw .unknownSource(word, name) }
                (source, self.roles) = (.named(named), roles)
                return
            }
        }
    }

    private static func source(
        _ profile: ProfileSection,
        _ name: String,
        _ profiles: SharedProfiles
    ) throws(ProfileChainError) -> Source {
        if let file = try profile.checked(.webIdentityTokenFile) {
            guard let arn = try profile.checked(.roleARN) else { throw .incomplete(name, needs: "role_arn") }
            return .webIdentity(
                WebIdentityRole(arn: arn, tokenFile: file, sessionName: try profile.checked(.roleSessionName))
            )
        }
        if let sso = try SSOProfile(profile, name, profiles) { return .sso(sso) }
        // As in botocore, keys of the credentials file come before a program, and those of the configuration file after.
        let process = try profile.checked(.process).map { Source.process(Secret($0)) }
        if let process, profile.properties["aws_access_key_id"]?.file == .configuration { return process }
        if let keys = try keys(profile, name) { return .keys(keys) }
        if let process { return process }
        if profile["login_session"] != nil { throw .unsupported("login_session", name) }
        throw .noCredentials(name)
    }

    private static func keys(_ profile: ProfileSection, _ name: String) throws(ProfileChainError) -> AWSCredentials? {
        switch (try profile.checked(.accessKeyID), try profile.checked(.secretAccessKey)) {
        case (nil, nil): return nil
        case (_, nil): throw .incomplete(name, needs: "aws_secret_access_key")
        case (nil, _): throw .incomplete(name, needs: "aws_access_key_id")
        case (let id?, let key?):
            // botocore's order: the older name of the token comes first.
            var token = try profile.checked(.securityToken)
            if token == nil { token = try profile.checked(.sessionToken) }
            return AWSCredentials(accessKeyID: id, secretAccessKey: Secret(key), sessionToken: token.map { Secret($0) })
        }
    }
}
