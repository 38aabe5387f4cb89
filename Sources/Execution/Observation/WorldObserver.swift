package import DiskImages
import Hashing
package import Migration

/// Asks EC2 and S3 for what the planner needs to know.
package struct WorldObserver: Sendable {
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
    ///   - digests: Gives the digests of an image's parts.
    package func observe(
        desired: [VolumeImport],
        recorded: MigrationState?,
        digests: @Sendable (SourceImage) async throws -> ImageDigest
    ) async throws -> ObservedWorld {
        var world = ObservedWorld()
        for task in try await service.conversions(ids: nil) {
            guard let marker = task.description.flatMap(TaskMarker.init(description:)) else {
                world.unmarkedTasks += 1
                continue
            }
            world.tasks.append(
                ObservedTask(
                    id: task.id,
                    marker: marker,
                    state: ObservedTask.State(task.state),
                    statusMessage: task.statusMessage,
                    volumeID: task.volumeID,
                    expiration: task.expiration
                )
            )
        }
        var volumes = Set(world.tasks.compactMap(\.volumeID))
        for record in recorded?.imports.values ?? [:].values {
            if let volumeID = record.phase.volumeID { volumes.insert(volumeID) }
        }
        if !volumes.isEmpty { world.volumes = try await service.existingVolumes(among: volumes) }
        world.missingParts = try await missingParts(of: desired, recorded, world.tasks, digests)
        return world
    }

    /// How many parts are missing for imports whose task is active: EC2 may still want to read them.
    private func missingParts(
        of desired: [VolumeImport],
        _ recorded: MigrationState?,
        _ tasks: [ObservedTask],
        _ digests: @Sendable (SourceImage) async throws -> ImageDigest
    ) async throws -> [ImportAddress: Int] {
        let active = Set(tasks.filter { $0.state == .active }.map(\.id))
        var staged: [StagingLocation: Set<SHA256Digest>] = [:]
        var missing: [ImportAddress: Int] = [:]
        for item in desired {
            guard
                let record = recorded?.imports[item.address], record.fingerprint == item.fingerprint,
                case .converting(let conversion) = record.phase, active.contains(conversion.taskID)
            else { continue }
            let location = record.subject.staging
            if staged[location] == nil { staged[location] = try await staging.stagedParts(in: location) }
            let parts = Set(try await digests(item.image).parts)
            let count = parts.subtracting(staged[location] ?? []).count
            if count > 0 { missing[item.address] = count }
        }
        return missing
    }
}

extension ObservedTask.State {
    init(_ state: ConversionStatus.State) {
        self =
            switch state {
            case .active: .active
            case .cancelling: .cancelling
            case .cancelled: .cancelled
            case .completed: .completed
            }
    }
}
