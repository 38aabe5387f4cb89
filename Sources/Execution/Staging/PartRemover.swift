import EC2Types
import Hashing
import Logging
import Migration

/// Removes parts that no import needs, unless a copy of this state may need them.
///
/// A copy of a state has its lineage, and so its folder in the staging. What it imports shows in the claims: parts stay
/// while a claim of this lineage is open that this run neither wrote nor follows. They are looked at again at the end of
/// the run.
actor PartRemover<ClockType: Clock> where ClockType.Duration == Duration {
    /// The claims of a listing that are still to be looked at, so that each is once, and not once for every import.
    private struct UncheckedClaims {
        /// When the listing was requested.
        let began: ClockType.Instant
        /// The value of ``WrittenClaims/losses`` then.
        let losses: Int
        /// The claims, the next one last.
        var keys: [ClaimKey]
    }

    /// How old a listing of claims may be.
    private static var oldestListing: Duration { .seconds(30) }

    private let watch: ClaimWatch<ClockType>
    private let listing: SharedListing<ClockType>
    private let times: ConsistencyTimes
    private let staging: any StagingStore
    private let claims: any ClaimStore
    private let clock: ClockType
    private let lineage: String
    /// The tasks that the run follows.
    private let followed: Set<String>
    /// The names of the claims of imports that were settled before the run.
    private let settled: Set<String>
    private let written: WrittenClaims
    /// The claims that were read and need no parts.
    private var harmless: [ClaimKey: String] = [:]
    /// The claims of each folder's listing that were not looked at yet, or keep the parts.
    private var unchecked: [ClaimKey.Folder: UncheckedClaims] = [:]
    private var deferred: [(subject: VolumeImport, parts: Set<SHA256Digest>)] = []

    /// Removes parts for a run.
    ///
    /// - Parameters:
    ///   - watch: Lists claims.
    ///   - listing: Lists tasks.
    ///   - environment: The services.
    ///   - clock: The source of time.
    ///   - groups: The work of the run.
    ///   - state: The state at its start.
    ///   - written: The claims that the run writes.
    init(
        watch: ClaimWatch<ClockType>,
        listing: SharedListing<ClockType>,
        environment: ExecutionEnvironment,
        clock: ClockType,
        groups: [ImageGroup],
        state: MigrationState,
        written: WrittenClaims
    ) {
        self.watch = watch
        self.listing = listing
        times = environment.options.times
        staging = environment.staging
        claims = environment.claims
        self.clock = clock
        lineage = state.lineage
        self.written = written
        let changes = groups.flatMap(\.changes)
        followed = Set(changes.flatMap { [$0.task, state.imports[$0.address]?.phase.taskID].compactMap(\.self) })
        let inRun = Set(changes.map(\.address))
        settled = Set(
            state.imports.lazy.filter { $0.value.phase.name == .settled && !inRun.contains($0.key) }
                .map { ClaimKey($0.value.subject, under: $0.key).name }
        )
    }

    /// Removes the parts of an import that have no references.
    ///
    /// - Parameters:
    ///   - parts: The parts of the import's image.
    ///   - subject: The import.
    ///   - references: The reference counts of the import's location.
    func remove(
        _ parts: Set<SHA256Digest>,
        of subject: VolumeImport,
        references: PartReferenceCounts
    ) async throws(ServiceError) {
        guard try await mayRemoveParts(of: subject) else { return deferred.append((subject, parts)) }
        let (staging, location) = (staging, subject.staging)
        for part in parts.sorted() {
            try await references.remove(part) { () async throws(ServiceError) in
                try await staging.deleteObject(key: location.key(ofPart: part), in: location)
            }
        }
    }

    /// Removes what could not be removed before, at the end of the run.
    func removeDeferred(_ references: StagingReferenceCounts, logger: Logger) async {
        let waiting = deferred
        deferred = []
        for (subject, parts) in waiting {
            do throws(ServiceError) {
                try await remove(parts, of: subject, references: references.parts(of: subject.staging))
            } catch {
                logger.warning("parts of \(subject.address) stay in the staging: \(error)")
            }
        }
        guard !deferred.isEmpty else { return }
        logger.warning("parts stay in the staging: a claim of another run with this state is open")
    }

    private func mayRemoveParts(of subject: VolumeImport) async throws(ServiceError) -> Bool {
        let folder = ClaimKey(subject, under: subject.address).folder
        let earliest = clock.now.advanced(by: .zero - Self.oldestListing)
        let listing = try await watch.listing(of: folder, since: earliest)
        let (began, losses) = (listing.began, written.losses)
        if unchecked[folder]?.began != began || unchecked[folder]?.losses != losses {
            let keys = listing.claims.entityTags.keys.map { ClaimKey(folder: folder, name: $0) }.sorted(by: >)
            unchecked[folder] = UncheckedClaims(began: began, losses: losses, keys: keys)
        }
        while let key = unchecked[folder]?.keys.last {
            guard try await isHarmless(key, listing.claims.entityTags[key.name]) else { return false }
            // Another import may have listed the claims again meanwhile, or have looked at this one.
            guard unchecked[folder]?.began == began else { return try await mayRemoveParts(of: subject) }
            if unchecked[folder]?.keys.last == key { unchecked[folder]?.keys.removeLast() }
        }
        return true
    }

    /// Whether no conversion under a claim can need parts of this lineage that the run does not know of.
    private func isHarmless(_ key: ClaimKey, _ entityTag: String?) async throws(ServiceError) -> Bool {
        guard !settled.contains(key.name), harmless[key] != entityTag, !written.contains(key) else { return true }
        if let stored = try await claims.claim(key), let claim = stored.claim, claim.lineage == lineage,
            try await mayNeedParts(claim, named: key.name, age: stored.age)
        {
            return false
        }
        harmless[key] = entityTag
        return true
    }

    /// Whether a conversion may still read parts that was or may be called under another run's claim.
    private func mayNeedParts(_ claim: ImportClaim, named name: String, age: Int64) async throws(ServiceError) -> Bool {
        switch claim.phase {
        case .settled, .rejected, .released: return false
        case .called where claim.taskID.map(followed.contains) ?? false: return false
        case .called:
            guard age > times.listConsistency + times.margin else { return true }
            let active = try await activeTasks()
            return claim.taskID.map(active.contains) ?? active.containsImport(ofClaim: name)
        case .claimed:
            guard age > times.takeover else { return true }
            return try await activeTasks().containsImport(ofClaim: name)
        }
    }

    private func activeTasks() async throws(ServiceError) -> ActiveTasks {
        let earliest = clock.now.advanced(by: .zero - Self.oldestListing)
        return try await listing.snapshot(since: earliest, includesVolumes: false).active
    }
}
