/// The account and region that imports of a plan go to.
package struct PlannedAccount: Hashable, Sendable {
    /// The name of the migration manifest.
    package var manifest: String
    /// The region.
    package var region: String
    /// The account.
    package var account: AWSAccount

    /// Names an account.
    package init(manifest: String, region: String, account: AWSAccount) {
        self.manifest = manifest
        self.region = region
        self.account = account
    }
}
