package import Hashing
package import YAML

/// ferry's YAML file: which images go to which zones, and within which limits.
package struct MigrationManifest: Sendable {
    /// The file it was read from.
    package var file: SourceFile
    /// SHA-256 of the file's bytes.
    package var digest: SHA256Digest
    /// The first part of every address.
    package var name: Located<String>
    /// The region of all imports that name none; `nil` if the zones alone say it.
    package var region: Located<String>?
    /// Where parts and import manifests are staged, located at the bucket's name. The prefix is `ferry/` unless written.
    package var staging: Located<StagingLocation>
    /// How much is done at once.
    package var limits: Limits
    /// The images.
    package var imports: [ImageImport]

    /// How much is done at once; each limit holds for the whole run.
    package struct Limits: Hashable, Sendable {
        /// The most parts uploaded at once.
        package var uploads = 4
        /// The most conversions at once.
        package var conversions = 5
        /// The most bytes uploaded a second; `nil` for no limit.
        package var bandwidth: Int64?
        /// The most EC2 calls a second that change something; `nil` for ferry's own pace.
        package var requestsPerSecond: Double?

        /// The limits of a manifest that names none.
        package init() {}
    }
}
