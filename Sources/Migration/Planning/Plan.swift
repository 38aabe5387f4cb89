package import Hashing

/// What ferry would do, and all that it was computed from.
package struct Plan: Hashable, Sendable {
    /// The version of the plan's form.
    package static let version = 2

    /// The version of the plan's form.
    package var version = Plan.version
    /// The lineage of the state it was computed from; `nil` if there was none.
    package var lineage: String?
    /// The serial of that state.
    package var serial: Int
    /// The files and folders that were given, in which the migration manifests were found.
    package var sources: [String]
    /// The migration manifests.
    package var manifests: [ManifestDigest]
    /// The accounts that the imports go to; none if AWS was not queried.
    package var accounts = TargetBindings()
    /// The sessions of the credentials, where they are temporary; none if AWS was not queried.
    package var sessions: [PlanSession] = []
    /// One change for each address that is desired or recorded and selected, ordered by address.
    package var changes: [Change]
    /// The number of conversion tasks that are not ferry's.
    package var unmarkedTasks: Int
    /// How many images were not there, so that their facts are those of a lock; `nil` if all were there.
    package var imagesFromLock: Int?
    /// How many images were not there and not locked, and were not checked, because their imports are settled; `nil` if none.
    package var imagesNotChecked: Int?
    /// The paths of images that were there and are not what a lock says, in order; `nil` if there are none.
    package var imagesChangedSinceLock: [String]?
    /// The number of addresses that `--target` and `--exclude` leave out.
    package var unselected: Int
    /// The choices it was made with.
    package var options: PlanOptions
    /// How much is done at once.
    package var limits: PlanLimits

    /// A migration manifest the plan was computed from.
    package struct ManifestDigest: Hashable, Sendable {
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
        sources: [String] = [],
        manifests: [ManifestDigest],
        changes: [Change],
        unmarkedTasks: Int,
        unselected: Int = 0,
        options: PlanOptions = PlanOptions(),
        limits: PlanLimits = PlanLimits()
    ) {
        self.lineage = lineage
        self.serial = serial
        self.sources = sources
        self.manifests = manifests
        self.changes = changes
        self.unmarkedTasks = unmarkedTasks
        self.unselected = unselected
        self.options = options
        self.limits = limits
    }

    /// Whether EC2 or an image differs from what ferry recorded, whatever is done about it.
    package var hasDrift: Bool { changes.contains(where: \.isDrift) }

    /// Whether applying it would do nothing.
    package var isEmpty: Bool { changes.indices.allSatisfy { changes[$0].action == .none } }

    /// The number of changes of each action.
    package var counts: [Action: Int] {
        var counts: [Action: Int] = [:]
        for index in changes.indices { counts[changes[index].action, default: 0] += 1 }
        return counts
    }

    /// The options to compute the plan again, after some of its changes may have been applied.
    ///
    /// An import that was replaced, or is being replaced, is not replaced once more.
    ///
    /// - Parameter recorded: The state.
    package func options(continuingFrom recorded: MigrationState?) -> PlanOptions {
        var options = options
        guard !options.replacements.isEmpty, let recorded else { return options }
        let requested = Set(options.replacements)
        let begun = changes { change in
            guard requested.contains(change.address), let record = recorded.imports[change.address] else {
                return false
            }
            return change.action.makesVolume && record.fingerprint == change.desired?.fingerprint
                && record.generation >= change.generation
        }
        options.replacements.removeAll(where: Set(begun.map(\.address)).contains)
        return options
    }

    /// The changes that meet a condition. A change is large, and most of a long plan are left alone: by their places they
    /// are looked at without being copied.
    package func changes(where isWanted: (Change) -> Bool) -> [Change] {
        changes.indices.filter { isWanted(changes[$0]) }.map { changes[$0] }
    }
}
