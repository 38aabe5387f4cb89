/// The services ferry calls, by the names that they have in their endpoints.
package enum AWSService: String, Sendable {
    case ec2, s3, sts
    /// The portal of IAM Identity Center, which gives a signed-in user the credentials of a role.
    case sso = "portal.sso"
    /// The token service of IAM Identity Center.
    case ssoOIDC = "oidc"

    /// The service's name as AWS writes it.
    var name: String {
        switch self {
        case .ec2: "EC2"
        case .s3: "S3"
        case .sts: "STS"
        case .sso: "SSO"
        case .ssoOIDC: "SSO OIDC"
        }
    }

    /// The service's id in the names of variables and in the `services` section of the configuration file (AWS SDKs and
    /// Tools Reference, “Service-specific endpoints”).
    var settingName: String {
        switch self {
        case .ec2: "ec2"
        case .s3: "s3"
        case .sts: "sts"
        case .sso: "sso"
        case .ssoOIDC: "sso_oidc"
        }
    }
}
