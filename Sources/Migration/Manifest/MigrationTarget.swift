package import Diagnostics
package import WireEncoding
import YAML

/// Where the imports of one region go: the staging bucket there, and whose credentials work in it.
package struct MigrationTarget: Sendable {
    /// Where parts and import manifests are staged, located at the bucket's name. The prefix is `ferry/` unless written.
    package var staging: Located<StagingLocation>
    /// The only form of the URLs of import manifests; any that EC2 takes if `nil`.
    package var addressing: S3Addressing?
    /// The account that must own the staging bucket; the account of the imports if `nil`.
    package var stagingOwner: Located<String>?
    /// The account that the imports must go to; any if `nil`.
    package var account: Located<String>?
    /// The profile of the shared AWS files; `nil` for what the environment says.
    package var profile: Located<String>?
    /// The ARN of the role to assume; `nil` for none.
    package var roleARN: Located<String>?

    /// Who works for the target in its region.
    package func identity(in region: String) -> AWSIdentity {
        AWSIdentity(region: region, profile: profile?.value, roleARN: roleARN?.value)
    }
}
