/// How a profile gets the credentials of a role through IAM Identity Center (AWS SDKs and Tools Reference, “IAM Identity
/// Center credential provider”).
package struct SSOProfile: Hashable, Sendable {
    /// The name of the `sso-session` section; `nil` in the older form, where all stands in the profile.
    package var session: String?
    /// The region of the Identity Center.
    package var region: String
    /// The page where users sign in.
    package var startURL: String
    /// The account of the role.
    package var accountID: String?
    /// The role.
    package var roleName: String?

    /// Reads a profile; `nil` if it says nothing of IAM Identity Center.
    init?(
        _ profile: ProfileSection,
        _ name: String,
        _ profiles: SharedProfiles
    ) throws(ProfileChainError) {
        accountID = try profile.checked(.ssoAccountID)
        roleName = try profile.checked(.ssoRoleName)
        guard let session = try profile.checked(.ssoSession) else {
            guard let center = try Self.center(inProfile: profile, name) else { return nil }
            (region, startURL) = center
            return
        }
        guard let section = profiles.section(.ssoSession, session) else { throw .noSession(session, of: name) }
        for property in ["sso_region", "sso_start_url"] {
            guard profile[property] == nil || profile[property] == section[property] else {
                throw .sessionProperty(property, of: name)
            }
        }
        guard let region = try section.checked(.ssoRegion) else { throw .incomplete(session, needs: "sso_region") }
        guard let startURL = try section.checked(.ssoStartURL) else {
            throw .incomplete(session, needs: "sso_start_url")
        }
        self.session = session
        (self.region, self.startURL) = (region, startURL)
    }

    /// The Identity Center of a profile in the older form; `nil` if the profile does not mention one.
    private static func center(
        inProfile profile: ProfileSection,
        _ name: String
    ) throws(ProfileChainError) -> (region: String, startURL: String)? {
        let (account, role) = (profile["sso_account_id"], profile["sso_role_name"])
        guard let startURL = try profile.checked(.ssoStartURL) else {
            guard account != nil || role != nil || profile["sso_region"] != nil else { return nil }
            throw .incomplete(name, needs: "sso_start_url")
        }
        guard let region = try profile.checked(.ssoRegion) else { throw .incomplete(name, needs: "sso_region") }
        guard account != nil else { throw .incomplete(name, needs: "sso_account_id") }
        guard role != nil else { throw .incomplete(name, needs: "sso_role_name") }
        return (region, startURL)
    }
}
