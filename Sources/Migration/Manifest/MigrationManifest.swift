package import Diagnostics
package import Hashing
import YAML

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
    /// Where the imports go whose region has no target of its own.
    package var target: MigrationTarget
    /// The targets of other regions, by the region's name.
    package var targets: [String: MigrationTarget]
    /// How much is done at once.
    package var limits: Limits
    /// The images.
    package var imports: [ImageImport]
    /// The imports that were renamed.
    package var moved: [MovedImport] = []
    /// Whether any of the images is an object in S3: of a hundred thousand imports of files, none need be looked at to know.
    package var hasObjects: Bool

    /// The target of a region's imports.
    package func target(of region: String) -> MigrationTarget { targets[region] ?? target }

    /// Who works for the imports of a region.
    package func identity(in region: String) -> AWSIdentity { target(of: region).identity(in: region) }

    /// All targets that imports go to, with their regions, in the order of the regions' names.
    package var usedTargets: [(region: String, target: MigrationTarget)] {
        Set(imports.map(\.region)).sorted().map { ($0, target(of: $0)) }
    }

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
        /// How long EC2's lists may omit a task, in seconds; AWS's value if `nil`.
        package var listConsistency: Int64?
        /// How long EC2 accepts a signature, in seconds; AWS's value if `nil`.
        package var signatureValidity: Int64?
        /// How long EC2 lists a task that has ended, at least, in seconds; AWS's value if `nil`.
        package var taskRetention: Int64?

        /// The limits of a manifest that names none.
        package init() {}
    }
}
