/// Who works in which region: imports of one identity are made, watched and tagged with the same clients of AWS.
package struct AWSIdentity: Hashable, Sendable {
    /// The region.
    package var region: String
    /// The profile of the shared AWS files; `nil` for what the environment says.
    package var profile: String?
    /// The ARN of the role that the profile's credentials assume; `nil` for none.
    package var roleARN: String?

    /// Names an identity.
    package init(region: String, profile: String? = nil, roleARN: String? = nil) {
        self.region = region
        self.profile = profile
        self.roleARN = roleARN
    }

    /// What has no role stands before what has one.
    private var order: (String, String, String) { (region, profile ?? "", roleARN ?? "") }
}

extension AWSIdentity: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.order < right.order }
}

extension AWSIdentity: CustomStringConvertible {
    /// The identity in words, such as `profile “europe” with the role arn:…`.
    package var description: String {
        switch (profile, roleARN) {
        case (nil, nil): "the credentials of the environment"
        case (let profile?, nil): "profile “\(profile)”"
        case (nil, let role?): "the role \(role)"
        case (let profile?, let role?): "profile “\(profile)” with the role \(role)"
        }
    }
}
