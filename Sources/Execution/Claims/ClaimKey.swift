import EC2Types
import Hashing
package import Migration

/// Identifies the claim of one import: an address, a fingerprint, and where the import goes.
package struct ClaimKey: Hashable, Sendable {
    /// The claims of one staging location and region.
    package struct Folder: Hashable, Sendable {
        /// The staging location, as the migration manifest declares it.
        package var location: StagingLocation
        /// The region of the imports.
        package var region: String

        /// The prefix of the keys in the bucket.
        ///
        /// - Parameter account: The account that the imports go to.
        package func prefix(of account: AWSAccount) -> String {
            "\(location.claimsPrefix)\(account.keyName)/\(region)/"
        }
    }

    /// Where the claim is.
    package var folder: Folder
    /// The last component of the key: the hash of the address and the fingerprint.
    package var name: String

    /// Identifies a claim by the name that a listing has.
    package init(folder: Folder, name: String) {
        self.folder = folder
        self.name = name
    }

    /// Identifies the claim of an import under an address.
    package init(_ subject: VolumeImport, under address: ImportAddress) {
        folder = Folder(location: subject.staging.declared, region: subject.region)
        name = "\(TaskMarker.hexadecimal(TaskMarker.hash(address)))-\(subject.fingerprint.hex)"
    }
}

extension ClaimKey: Comparable {
    // All processes acquire the claims of a renamed import in one order.
    package static func < (left: Self, right: Self) -> Bool { left.name < right.name }
}
