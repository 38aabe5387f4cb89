package import Hashing

/// What ferry would do, and all that it was computed from.
package struct Plan: Codable, Hashable, Sendable {
    /// The version of the plan's form.
    package static let version = 1

    /// The version of the plan's form.
    package var version = Plan.version
    /// The lineage of the state it was computed from; `nil` if there was none.
    package var lineage: String?
    /// The serial of that state.
    package var serial: Int
    /// The migration manifests.
    package var manifests: [ManifestDigest]
    /// One change for each address that is desired or recorded, ordered by address.
    package var changes: [Change]
    /// The number of conversion tasks that are not ferry's.
    package var unmarkedTasks: Int
    /// How many images were not there, so that their facts are those of a lock; `nil` if all were there.
    package var imagesFromLock: Int?
    /// The paths of images that were there and are not what a lock says, in order; `nil` if there are none.
    package var imagesChangedSinceLock: [String]?

    /// A migration manifest the plan was computed from.
    package struct ManifestDigest: Codable, Hashable, Sendable {
        /// The file's path as it was given.
        package var path: String
        /// SHA-256 of its bytes.
        package var digest: SHA256Digest

        /// Names a migration manifest and its content.
        package init(path: String, digest: SHA256Digest) {
            self.path = path
            self.digest = digest
        }
    }

    /// Makes a plan of computed changes.
    package init(
        lineage: String?,
        serial: Int,
        manifests: [ManifestDigest],
        changes: [Change],
        unmarkedTasks: Int
    ) {
        self.lineage = lineage
        self.serial = serial
        self.manifests = manifests
        self.changes = changes
        self.unmarkedTasks = unmarkedTasks
    }

    /// The changes that do something.
    package var effective: [Change] { changes.filter { $0.action != .none } }

    /// Whether applying it would do nothing.
    package var isEmpty: Bool { changes.allSatisfy { $0.action == .none } }

    /// The number of changes of each action.
    package var counts: [Action: Int] { changes.reduce(into: [:]) { $0[$1.action, default: 0] += 1 } }

    /// The bytes of all images that must be staged, each image counted once however many zones it goes to.
    package var bytesToStage: Int64 {
        var images: [SHA256Digest: Int64] = [:]
        for change in changes where change.action.makesVolume {
            if let image = change.desired?.image { images[image.digest] = image.bytes }
        }
        return images.values.reduce(0, +)
    }

    /// A digest of what the plan would do: equal for two plans exactly if they do the same to the same addresses for the
    /// same reasons, wherever and whenever they were computed.
    package var digest: SHA256Digest {
        var hash = SHA256()
        hash.update("ferry plan 1\n".utf8)
        for change in changes {
            let fingerprint = change.desired?.fingerprint.hex ?? "-"
            let reasons = change.reasons.map { "\($0.kind.rawValue)=\($0.detail ?? "")" }.joined(separator: ",")
            hash.update("\(change.address) \(change.action.rawValue) \(fingerprint) \(reasons)\n".utf8)
        }
        return hash.finish()
    }
}
