import Logging
import Migration

/// How what no migration manifest names any more leaves the state.
extension ImportPipeline {
    /// Drops the import from the state. Nothing of it is under way any more, or will be when this is done; until then the
    /// record says to the next run, if this one is killed, that there may be.
    func forget(_ record: ImportRecord) async throws -> ImportOutcome.End {
        guard await followSuperseded(record) else { return .unfinished }
        do throws(ServiceError) {
            try await clean(record)
        } catch  where error.code == "NoSuchBucket" {
            executor.logger.warning("\(address): nothing of it is staged any more: \(error)")
        } catch {
            return .failed(
                message: """
                    it is not forgotten yet, because the staging cannot be cleaned: \(error). If that lasts, ferry state rm \
                    drops it, and what is staged stays
                    """
            )
        }
        try await executor.forget(address)
        return .forgotten
    }

    /// Drops the import of a task that EC2 does not list, once it must be over: until then nobody can tell whether it is under
    /// way, perhaps in a region that is asked no more, and the record says to later runs what it needs.
    func forget(_ record: ImportRecord, unlisted conversion: Conversion) async throws -> ImportOutcome.End {
        let hasExpired = conversion.hasExpired
        guard hasExpired else {
            let time = conversion.expiration.map { "; it may be under way until \($0)" } ?? ""
            return .failed(
                message: """
                    it is not forgotten yet: EC2 does not list task \(conversion.taskID)\(time). Run ferry apply again later, \
                    or drop it as it is by ferry state rm --force
                    """
            )
        }
        guard await followSuperseded(record) else { return .unfinished }
        // How it ended nobody knows: what it left in the staging stays.
        try await executor.forget(address)
        return .forgotten
    }

    /// Waits until the conversions of what the import took the place of have ended.
    ///
    /// - Returns: Whether they have; otherwise the run stops.
    private func followSuperseded(_ record: ImportRecord) async -> Bool {
        for earlier in record.superseded where earlier.mayBeConverting {
            guard let taskID = earlier.taskID else { continue }
            switch await run.monitor.end(of: taskID, progress: { _ in }) {
            case .stopped: return false
            case .completed, .cancelled, .vanished: break
            }
        }
        return true
    }
}
