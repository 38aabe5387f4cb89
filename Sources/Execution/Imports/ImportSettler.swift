import DiskImages
import EC2Types
import Hashing
import Logging
import Migration

/// Settles an import: tags its volume, follows superseded conversions, and cleans the staging.
struct ImportSettler<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    /// The latest attempts whose import manifests are removed. The others cost a few hundred bytes each until gc removes
    /// them.
    private static var mostManifests: Int { 20 }

    let desired: VolumeImport
    let staged: StagedImage?
    let context: RunContext<ClockType>

    /// Tags the volume. EC2 may list a new volume later than the task that made it: until then it is waited for.
    func tag(_ volumeID: String, _ record: ImportRecord) async throws -> ImportObservation {
        let tags = VolumeTags.tags(of: record, volumeID: volumeID, isNew: true)
        let deadline = context.clock.now.advanced(by: context.environment.options.times.listConsistencyTimeout)
        var pause = context.environment.options.shortestPoll
        while true {
            do throws(ServiceError) {
                try await context.environment.service.tag(volumeID: volumeID, tags: tags)
                return .tagged
            } catch {
                guard error.code == ServiceError.volumeNotFound else {
                    return .failed("volume \(volumeID) exists, but cannot be tagged: \(error)")
                }
                guard context.clock.now < deadline else {
                    return .failed("volume \(volumeID) is gone; --recreate-missing imports it again: \(error)")
                }
            }
            if context.stop.isRequested { return .stopped }
            try await context.clock.sleep(until: context.clock.now.advanced(by: pause), tolerance: nil)
            pause = min(pause * 3 / 2, context.environment.options.longestPoll)
        }
    }

    /// Tags a volume that must not be used, so that no state adopts it.
    func tagRejected(_ volumeID: String, _ record: ImportRecord, _ message: String) async -> ImportObservation {
        // Identified as the import's: other states must not take its task for a volume that may be used.
        let tags = VolumeTags.tags(of: record, volumeID: volumeID, isNew: true)
            .merging(VolumeTags.rejection(message)) { $1 }
        do throws(ServiceError) {
            try await context.environment.service.tag(volumeID: volumeID, tags: tags)
            return .rejectionTagged(volumeID: volumeID, message: message)
        } catch {
            return .failed("\(message); and volume \(volumeID) cannot be tagged as rejected: \(error)")
        }
    }

    /// Searches for the volume of a task that EC2 no longer lists: by its tags, then by the claim.
    ///
    /// - Parameter addresses: The addresses that the import has had.
    func findVolume(
        of taskID: String,
        _ record: ImportRecord,
        addresses: [ImportAddress]
    ) async -> ImportObservation {
        let sought = SoughtImport(
            addresses: addresses,
            fingerprint: record.fingerprint,
            generation: record.generation
        )
        do throws(ServiceError) {
            let snapshot = try await context.listing.snapshot(since: context.clock.now, includesVolumes: true)
            if case .volume(let volume) = snapshot.found(sought), !volume.isRejected {
                return .volumeFound(volumeID: volume.volumeID)
            }
            for address in addresses {
                let claim = try await context.environment.claims.claim(ClaimKey(record.subject, under: address))?.claim
                guard let claim, claim.taskID == taskID, let volumeID = claim.volumeID else { continue }
                let existing = try await context.environment.service.existingVolumes(among: [volumeID])
                guard existing.isEmpty else { return .volumeFound(volumeID: volumeID) }
                return .volumeNotFound("volume \(volumeID) is gone; --recreate-missing imports it again")
            }
        } catch {
            return .volumeNotFound(
                "EC2 no longer lists task \(taskID), and its volume cannot be searched for: \(error)"
            )
        }
        let explanation = UndecidableImport(subject: desired, generation: record.generation, context: context)
        return .volumeNotFound(await explanation.message("EC2 no longer lists task \(taskID)", since: nil))
    }

    /// Waits until the conversions that the import superseded have ended.
    func followSuperseded(_ record: ImportRecord) async -> ImportObservation {
        for earlier in record.superseded where earlier.mayBeConverting {
            guard let taskID = earlier.taskID else { continue }
            switch await context.monitor.end(of: taskID, progress: { _ in }) {
            case .stopped: return .stopped
            case .completed, .cancelled, .vanished: break
            }
        }
        return .supersededEnded
    }

    /// Removes the import manifests, and the parts that no import needs.
    ///
    /// - Parameters:
    ///   - attempts: The highest attempt whose import manifest may be staged.
    ///   - isForgotten: Whether the import leaves the state. A bucket that is gone is no obstacle then.
    func clean(_ record: ImportRecord, attempts: Int, isForgotten: Bool) async -> ImportObservation {
        do throws(ServiceError) {
            try await remove(record, attempts)
            return .cleaned
        } catch  where isForgotten && error.code == "NoSuchBucket" {
            context.logger.warning("\(desired.address): nothing of it is staged any more: \(error)")
            return .cleaned
        } catch {
            return .cleaningFailed("\(error)")
        }
    }

    private func remove(_ record: ImportRecord, _ attempts: Int) async throws(ServiceError) {
        let (location, staging) = (record.subject.staging, context.environment.staging)
        // The location may be readable again, but which parts are needed there is unknown in this run.
        if let failure = context.references.failures[location] { throw failure }
        // No task reads them any longer. One may be of a call that was prepared, and never made.
        let last = max(1, attempts, record.marker.attempt)
        for attempt in max(1, last - Self.mostManifests + 1)...last {
            let key = location.importManifestKey(record.marker(ofAttempt: attempt))
            try await staging.deleteObject(key: key, in: location)
        }
        // What ferry 0.1.0 staged is in no lineage's folder, and other states may use it.
        guard location.lineage != nil else { return }
        guard let staged, staged.location == location, context.references.mayRemoveParts else { return }
        let references = context.references.parts(of: location)
        let parts = Set(staged.parts)
        await references.release(parts)
        try await context.remover.remove(parts, of: record.subject, references: references)
    }
}
