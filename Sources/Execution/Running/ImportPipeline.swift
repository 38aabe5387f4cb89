import DiskImages
import EC2Types
import Hashing
import Migration
import StateStore

/// Takes one import from where its record says it is to its end.
struct ImportPipeline<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let run: Run<ClockType>
    let desired: VolumeImport
    let staged: StagedImage?
    /// Whether it has a conversion slot: from before ImportVolume is called until its conversion has ended.
    var holdsSlot: Bool

    var executor: Executor<ClockType> { run.executor }
    var session: StateSession { run.session }
    var address: ImportAddress { desired.address }

    /// Goes on until the import is settled, has failed, or the run stops. Each turn takes the step that follows from the
    /// recorded phase, so a resumed import and a new one take the same way.
    mutating func perform(_ change: Change) async throws -> ImportOutcome.End {
        let isForgotten = change.action == .forget
        if change.action == .adopt, let taskID = change.task, let failure = try await adopt(taskID) {
            return .failed(message: failure)
        }
        if isForgotten, let failure = await executor.cancel(change) { return .failed(message: failure) }
        while true {
            guard let record = await session[address] else { return .unfinished }
            switch record.phase {
            case .completed, .settled, .failed:
                giveBackSlot()
                await run.ledgers.conversionEnded(of: address)
            case .staging:
                // No call is under way: one that was recorded had no effect.
                await run.ledgers.conversionEnded(of: address)
            case .requested, .converting: break
            }
            switch record.phase {
            case .staging where isForgotten, .completed where isForgotten, .settled where isForgotten,
                .failed where isForgotten:
                return try await forget(record)
            case .staging:
                try await takeSlot()
                if run.stop.isRequested { return .unfinished }
                if let failure = try await request(record) { return .failed(message: failure) }
            case .requested:
                if try await !reconcile(record) { return .unfinished }
            case .converting(let conversion):
                switch try await convert(conversion, of: record, isForgotten: isForgotten) {
                case .ended: continue
                case .stopped: return .unfinished
                case .unchecked(let message): return .failed(message: message)
                case .vanished where isForgotten:
                    return try await forget(record, unlisted: conversion)
                case .vanished:
                    let task = conversion.taskID
                    return .failed(message: "EC2 no longer lists task \(task); look for its volume, then plan again")
                }
            case .completed(_, let volumeID):
                if let failure = try await settle(record, volumeID: volumeID) { return .failed(message: failure) }
            case .settled(_, let volumeID):
                return .completed(volumeID: volumeID)
            case .failed(_, let message):
                return .failed(message: message)
            }
        }
    }

    private mutating func takeSlot() async throws {
        guard !holdsSlot else { return }
        try await run.conversions.take()
        holdsSlot = true
    }

    /// Gives the conversion slot back, if it has one.
    mutating func giveBackSlot() {
        guard holdsSlot else { return }
        holdsSlot = false
        run.conversions.giveBack()
    }

    /// Takes a task into the state by what EC2 says of it. Its attempt says where its import manifest lies, which says what
    /// it needs: it is never guessed.
    ///
    /// - Returns: Why it cannot be; `nil` if the record has moved on.
    private func adopt(_ taskID: String) async throws -> String? {
        var found = run.adopted[taskID]
        if found == nil {
            do throws(ServiceError) {
                found = try await executor.service.conversions(ids: [taskID]).first
            } catch {
                return "task \(taskID) cannot be looked at: \(error); run ferry apply again"
            }
        }
        guard let found else { return "EC2 does not list task \(taskID) at present; run ferry apply again" }
        guard let marker = found.marker, marker.names(address, fingerprint: desired.fingerprint) else {
            return "task \(taskID) is not of this import: its description has another marker, or none; plan again"
        }
        let earlier = await session[address]?.phase.taskID
        try await session.record(
            .adopted(desired, attempt: marker.attempt, taskID: taskID, expiration: found.expiration?.text),
            of: address
        )
        if let earlier, let end = run.ends.end(of: earlier) {
            try await session.recordEnd(of: earlier, volumeID: end.volumeID, of: address)
        }
        return nil
    }

    /// Writes the import manifest and calls ImportVolume, the intent recorded before and the answer after.
    ///
    /// - Returns: Why the import failed; `nil` if the record has moved on.
    private func request(_ record: ImportRecord) async throws -> String? {
        guard let staged else { return "\(desired.image.path): its parts are not staged; run ferry apply again" }
        // A number that no task of the address bears: by it an answer that is lost is found, and nothing else.
        let last = max(record.attempts, run.attempts[TaskMarker.hash(address)] ?? 0)
        guard last < TaskMarker.highestAttempt else {
            return "attempt \(last) of this address is on record, and there is none higher; give the image another name"
        }
        let attempt = last + 1
        let marker = TaskMarker(address: address, fingerprint: record.fingerprint, attempt: attempt)
        let call: ImportCall
        do {
            call = try await prepare(staged, marker: marker)
            try await run.requests?.take(1)
        } catch let error as ServiceError {
            return error.description
        }
        try await session.record(.requested(attempt: attempt), of: address)
        executor.report(.requested(address, attempt: attempt))
        do {
            let task = try await executor.service.importVolume(call)
            try await session.record(
                .submitted(attempt: attempt, taskID: task.id, expiration: task.expiration?.text),
                of: address
            )
            executor.report(.converting(address, taskID: task.id))
        } catch let error as ServiceError {
            switch error.outcome {
            case .rejected:
                try await session.record(.failed(taskID: nil, message: error.description), of: address)
            case .unknown:
                executor.report(.reconciling(address, reason: error.description))
            }
        }
        return nil
    }

    private func prepare(_ staged: StagedImage, marker: TaskMarker) async throws(ServiceError) -> ImportCall {
        let (store, location) = (executor.staging, staged.location)
        let key = location.attemptKey(marker)
        let manifestKey = location.importManifestKey(marker)
        // EC2 deletes each part when it has it. Another import may still need the part, and an image that lay in S3 before is
        // not ours, so what it deletes instead is an object that does not exist, which S3 answers with success.
        let deleteURL = try await store.presignedURL(.delete, key: key + ".fetched", in: location)
        let parts = try await parts(of: staged, deleteURL: deleteURL)
        let importManifest = ImportManifest(
            format: desired.image.format.rawValue,
            selfDestructURL: try await store.presignedURL(.delete, key: manifestKey, in: location),
            size: staged.bytes,
            volumeSize: desired.volumeSize,
            parts: parts
        )
        try await store.putObject(importManifest.xml, key: manifestKey, contentType: "application/xml", in: location)
        return ImportCall(
            zone: desired.zone,
            bucket: location.bucket,
            format: desired.image.format,
            bytes: staged.bytes,
            importManifestURL: try await store.presignedURL(.get, key: manifestKey, in: location),
            volumeSize: desired.volumeSize,
            marker: marker,
            description: marker.description(after: desired.description)
        )
    }

    private func parts(
        of staged: StagedImage,
        deleteURL: String
    ) async throws(ServiceError) -> [ImportManifest.Part] {
        if let object = staged.image.object { return [try await part(object, of: staged, deleteURL: deleteURL)] }
        let (store, location) = (executor.staging, staged.location)
        var parts: [ImportManifest.Part] = []
        parts.reserveCapacity(staged.parts.count)
        for (index, digest) in staged.parts.enumerated() {
            let start = Int64(index) * Int64(ImageParts.size)
            let partKey = location.key(ofPart: digest)
            parts.append(
                ImportManifest.Part(
                    start: start,
                    end: min(start + Int64(ImageParts.size), staged.bytes) - 1,
                    key: partKey,
                    headURL: try await store.presignedURL(.head, key: partKey, in: location),
                    getURL: try await store.presignedURL(.get, key: partKey, in: location),
                    deleteURL: deleteURL
                )
            )
        }
        return parts
    }

    /// Finds out what became of a call whose answer is not recorded.
    ///
    /// - Returns: Whether the record has moved on; otherwise the run stops.
    private func reconcile(_ record: ImportRecord) async throws -> Bool {
        switch await run.monitor.search(for: record.marker) {
        case .found(let task):
            try await session.record(
                .submitted(attempt: record.attempts, taskID: task.id, expiration: task.expiration?.text),
                of: address
            )
            executor.report(.converting(address, taskID: task.id))
        case .absent:
            try await session.record(
                .abandoned(attempt: record.attempts, reason: "EC2 has no task with its marker"),
                of: address
            )
        case .stopped:
            return false
        }
        return true
    }

    /// How waiting for a conversion ended.
    private enum Wait {
        /// The record has moved on.
        case ended
        case vanished, stopped
        /// The volume is there, and whether the object it was made of is still the same was not found out.
        case unchecked(String)
    }

    /// Waits for the conversion. Of what is forgotten nobody wants to know whether the volume is the image's.
    private func convert(
        _ conversion: Conversion,
        of record: ImportRecord,
        isForgotten: Bool
    ) async throws -> Wait {
        let (report, total, address) = (executor.report, staged?.bytes ?? desired.image.bytes, address)
        let end = await run.monitor.end(of: conversion.taskID) { status in
            report(.converted(address, bytes: status.bytesConverted, of: total, message: status.statusMessage))
        }
        switch end {
        case .completed(let volumeID):
            let objection: String?
            do throws(ServiceError) {
                objection = isForgotten ? nil : try await self.objection(to: volumeID, record)
            } catch {
                return .unchecked("volume \(volumeID) is there, and its image cannot be looked at: \(error)")
            }
            if let objection {
                try await session.record(.failed(taskID: conversion.taskID, message: objection), of: address)
                return .ended
            }
            try await session.record(.completed(taskID: conversion.taskID, volumeID: volumeID), of: address)
            executor.report(.completed(address, volumeID: volumeID))
            return .ended
        case .cancelled(let message):
            try await session.record(.failed(taskID: conversion.taskID, message: message), of: address)
            return .ended
        case .vanished:
            return .vanished
        case .stopped:
            return .stopped
        }
    }

    /// Tags the volume and removes from the staging what nobody needs any more.
    ///
    /// - Returns: Why it cannot be settled; `nil` once the record has moved on.
    private func settle(_ record: ImportRecord, volumeID: String) async throws -> String? {
        let tags = VolumeTags.tags(of: record, and: desired.tags)
        do throws(ServiceError) {
            try await executor.service.tag(volumeID: volumeID, tags: tags)
        } catch {
            return "volume \(volumeID) is there, but cannot be tagged: \(error)"
        }
        do throws(ServiceError) {
            try await clean(record)
        } catch {
            return "volume \(volumeID) is there, but the staging cannot be cleaned: \(error)"
        }
        try await session.record(.settled, of: address)
        executor.report(.settled(address, volumeID: volumeID))
        return nil
    }

    func clean(_ record: ImportRecord) async throws(ServiceError) {
        let location = record.subject.staging
        // It may be readable again by now, but which parts are needed there is not known in this run.
        if let failure = run.ledgers.failures[location] { throw failure }
        try await executor.staging.deleteObject(
            key: location.importManifestKey(record.marker),
            in: location
        )
        guard let staged, staged.location == location, run.ledgers.mayRemoveParts else { return }
        let (ledger, staging) = (run.ledgers.ledger(of: location), executor.staging)
        let parts = Set(staged.parts)
        await ledger.release(parts)
        for part in parts.sorted() {
            try await ledger.remove(part) { () async throws(ServiceError) in
                try await staging.deleteObject(key: location.key(ofPart: part), in: location)
            }
        }
    }
}
