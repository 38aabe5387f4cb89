import DiskImages
import EC2Types
import Hashing
import Logging
import Migration

/// Settles an import: tags its volume, follows superseded conversions, and cleans the staging.
struct ImportSettler<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let desired: VolumeImport
    let staged: StagedImage?
    let context: RunContext<ClockType>

    /// Tags the volume.
    func tag(_ volumeID: String, _ record: ImportRecord) async -> ImportObservation {
        let tags = VolumeTags.tags(of: record, and: desired.tags)
        do throws(ServiceError) {
            try await context.environment.service.tag(volumeID: volumeID, tags: tags)
            return .tagged
        } catch {
            return .failed("volume \(volumeID) is there, but cannot be tagged: \(error)")
        }
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

    /// Removes the import manifest, and the parts that no import needs.
    ///
    /// - Parameter isForgotten: Whether the import leaves the state. A bucket that is gone is no obstacle then.
    func clean(_ record: ImportRecord, isForgotten: Bool) async -> ImportObservation {
        do throws(ServiceError) {
            try await remove(record)
            return .cleaned
        } catch  where isForgotten && error.code == "NoSuchBucket" {
            context.logger.warning("\(desired.address): nothing of it is staged any more: \(error)")
            return .cleaned
        } catch {
            return .cleaningFailed("\(error)")
        }
    }

    private func remove(_ record: ImportRecord) async throws(ServiceError) {
        let (location, staging) = (record.subject.staging, context.environment.staging)
        // The location may be readable again, but which parts are needed there is unknown in this run.
        if let failure = context.references.failures[location] { throw failure }
        try await staging.deleteObject(key: location.importManifestKey(record.marker), in: location)
        guard let staged, staged.location == location, context.references.mayRemoveParts else { return }
        let references = context.references.parts(of: location)
        let parts = Set(staged.parts)
        await references.release(parts)
        for part in parts.sorted() {
            try await references.remove(part) { () async throws(ServiceError) in
                try await staging.deleteObject(key: location.key(ofPart: part), in: location)
            }
        }
    }
}
