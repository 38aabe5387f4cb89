package import DiskImages
import EC2Types
import Glibc
import Hashing
package import Migration

/// Asks EC2 and S3 for what the planner needs to know.
package struct StateRefresher: Sendable {
    private let service: any ConversionService
    private let staging: any StagingStore

    /// Observes by the given services.
    package init(service: any ConversionService, staging: any StagingStore) {
        self.service = service
        self.staging = staging
    }

    /// What there is, of what is wanted or recorded.
    ///
    /// - Parameters:
    ///   - desired: The imports that are wanted.
    ///   - recorded: The state.
    ///   - seen: What ``lists(_:)`` gave already.
    ///   - digests: Gives the digests of an image's parts.
    package func observe(
        desired: some Sequence<VolumeImport>,
        recorded: MigrationState?,
        seen: ObservedState? = nil,
        digests: @Sendable (SourceImage) async throws -> ImageDigest
    ) async throws -> ObservedState {
        var world = if let seen { seen } else { try await lists(recorded) }
        world.missingParts = try await missingParts(of: desired, recorded, world.tasks, digests)
        return world
    }

    /// What EC2 lists: the conversion tasks, and which of the volumes exist that the state or a task names. The missing
    /// parts are left out.
    package func lists(_ recorded: MigrationState?) async throws -> ObservedState {
        // Both lists are long; neither waits for the other.
        async let taggedVolumes = service.volumes(withTag: VolumeTags.address)
        var world = ObservedState()
        world.time = Int64(time(nil))
        var tasks = try await service.conversions(ids: nil)
        let count = tasks.count
        tasks.removeAll { $0.marker == nil }
        world.unmarkedTasks = count - tasks.count
        world.tasks = tasks
        let tagged = try await taggedVolumes
        world.volumes = Set(tagged.lazy.map(\.id))
        // A volume can lack its tags: it was just created, or somebody removed them.
        let recordedVolumes = (recorded?.imports.values ?? [:].values).lazy.compactMap { $0.phase.volumeID }
        let others = Set(recordedVolumes).union(world.tasks.lazy.compactMap(\.volumeID)).subtracting(world.volumes)
        world.volumes.formUnion(try await existingVolumes(among: others))
        world.taggedVolumes = tagged
        return world
    }

    /// The plan with the bytes that must be uploaded for each change: without the parts that are staged already and those
    /// that an earlier change uploads.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - digests: Gives the digests of an image's parts; `nil` for an image that is not here, which is left out.
    package func measuringUploads(
        of plan: Plan,
        digests: @Sendable (SourceImage) async throws -> ImageDigest?
    ) async throws -> Plan {
        var plan = plan
        // The first eight bytes of a digest tell parts apart well enough to count them, in a quarter of the memory.
        var staged: [StagingLocation: Set<UInt64>] = [:]
        for index in plan.changes.indices where plan.changes[index].action.makesVolume {
            guard
                // What a conversion gives is known when it is done: the whole image is the most it can be.
                let desired = plan.changes[index].desired, desired.image.repackaging == nil,
                desired.image.object == nil,
                let parts = try await digests(desired.image)?.parts
            else { continue }
            // A new state has staged nothing yet.
            let location = plan.lineage.map { desired.staging.of(lineage: $0) } ?? desired.staging
            if staged[location] == nil {
                let parts = plan.lineage == nil ? [] : try await staging.stagedParts(in: location)
                staged[location] = Set(parts.map(\.leadingBits))
            }
            var bytes: Int64 = 0
            for (number, part) in parts.enumerated()
            where staged[location]?.insert(part.leadingBits).inserted == true {
                let offset = Int64(number) * Int64(ImageParts.size)
                bytes += max(0, min(Int64(ImageParts.size), desired.image.bytes - offset))
            }
            plan.changes[index].upload = bytes
        }
        return plan
    }

    private func existingVolumes(among ids: Set<String>) async throws -> Set<String> {
        ids.isEmpty ? [] : try await service.existingVolumes(among: ids)
    }

    /// How many parts are missing for imports whose task is active: EC2 may still want to read them.
    private func missingParts(
        of desired: some Sequence<VolumeImport>,
        _ recorded: MigrationState?,
        _ tasks: [ConversionTask],
        _ digests: @Sendable (SourceImage) async throws -> ImageDigest
    ) async throws -> [ImportAddress: Int] {
        let active = Set(tasks.filter { $0.state == .active }.map(\.id))
        guard !active.isEmpty else { return [:] }
        var staged: [StagingLocation: Set<SHA256Digest>] = [:]
        var missing: [ImportAddress: Int] = [:]
        for item in desired {
            guard
                // What lies in S3 already is nobody's part.
                item.image.object == nil, let record = recorded?.imports[item.address],
                case .converting(let conversion) = record.phase, active.contains(conversion.taskID),
                record.fingerprint == item.fingerprint
            else { continue }
            let location = record.subject.staging
            if staged[location] == nil { staged[location] = try await staging.stagedParts(in: location) }
            let parts =
                item.image.repackaging == nil
                ? Set(try await digests(item.image).parts) : try await staging.parts(of: record.marker, in: location)
            let count = parts.subtracting(staged[location] ?? []).count
            if count > 0 { missing[item.address] = count }
        }
        return missing
    }
}
