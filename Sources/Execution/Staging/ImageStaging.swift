import DiskImages
import EC2Types
import Hashing
import Logging
import Migration
import StateStore

/// An image all of whose parts are in the staging, or that lies in S3 already.
struct StagedImage: Sendable {
    let image: SourceImage
    let location: StagingLocation
    /// The file that is uploaded: the image's own, or the one that it was converted to; of an object its URL.
    let path: String
    /// The length of that file or object in bytes.
    let bytes: Int64
    /// The parts in the staging; none of an object.
    let parts: [SHA256Digest]
}

extension Run {
    /// Records that work begins and uploads the parts of the group's image that are not there.
    ///
    /// - Returns: The staged image; `nil` if none of the changes needs its parts and they cannot be told, because the
    ///   image is not here any more.
    func stage(_ group: ImageGroup) async throws -> StagedImage? {
        for change in group.changes where change.action.makesVolume {
            guard let desired = change.desired else { continue }
            try await begin(change, desired, record: await session[change.address])
        }
        if group.image.conversion != nil { return try await stageConverted(group) }
        guard group.image.object == nil else {
            let (image, location) = (group.image, group.location)
            return StagedImage(image: image, location: location, path: image.path, bytes: image.bytes, parts: [])
        }
        let digest: ImageDigest
        do {
            digest = try await executor.digests(group.image)
        } catch  where !group.needsStaging {
            executor.logger.info("\(group.image.path): parts that are staged for it stay there: \(error)")
            return nil
        }
        guard digest.digest == group.image.digest else {
            throw ServiceError(
                outcome: .rejected,
                description: "\(group.image.path): the image changed after the plan was made; plan again"
            )
        }
        let staged = StagedImage(
            image: group.image,
            location: group.location,
            path: group.image.path,
            bytes: digest.bytes,
            parts: digest.parts
        )
        let ledger = ledgers.ledger(of: group.location)
        await ledger.need(Set(staged.parts), by: group.changes.count)
        if group.needsStaging { try await upload(staged, for: group, ledger: ledger) }
        return staged
    }

    /// Converts the group's image, unless that was done before, and uploads the parts that are not there.
    private func stageConverted(_ group: ImageGroup) async throws -> StagedImage? {
        let image = group.image
        guard let conversions = executor.conversions else {
            throw ServiceError(outcome: .rejected, description: "\(image.path): images are not converted here")
        }
        let ledger = ledgers.ledger(of: group.location)
        var known = try await conversions.knownParts(of: image)
        if let known { await ledger.need(Set(known.parts), by: group.changes.count) }
        if group.needsStaging {
            let isStaged = if let known { await ledger.missing(among: known.parts).isEmpty } else { false }
            if !isStaged {
                let made = try await convert(image, with: conversions)
                if let known {
                    for _ in group.changes { await ledger.release(Set(known.parts)) }
                }
                await ledger.need(Set(made.parts), by: group.changes.count)
                known = made
            }
        }
        guard let digest = known else {
            executor.logger.info("\(image.path): parts that are staged for it stay there: nobody knows them any more")
            return nil
        }
        let staged = StagedImage(
            image: image,
            location: group.location,
            path: conversions.path(of: image),
            bytes: digest.bytes,
            parts: digest.parts
        )
        guard group.needsStaging else { return staged }
        try await upload(staged, for: group, ledger: ledger)
        if !sharedConversions.contains(image.digest) {
            do {
                try await conversions.removeFile(of: image)
            } catch {
                executor.logger.warning("\(error)")
            }
        }
        return staged
    }

    private func convert(_ image: SourceImage, with conversions: any ImageConversions) async throws -> ImageDigest {
        let (stop, report) = (executor.stop, executor.report)
        return try await conversions.convert(image) {
            report(.rewriting(image: image.path, as: .streamOptimised))
        } check: {
            if stop.isRequested { throw CancellationError() }
        }
    }

    /// Records that work on an import begins, unless the record is already in the middle of that work.
    private func begin(_ change: Change, _ desired: VolumeImport, record: ImportRecord?) async throws {
        switch (change.action, record?.phase) {
        case (.resume, .staging) where record?.subject == desired: return
        case (.resume, .requested), (.resume, .converting): return
        case (.wait, _), (.adopt, _), (.forget, _), (.none, _): return
        case (.replace, .requested):
            // The earlier call may have made a task; once it is found, the record names it among what was superseded.
            if let record { try await reconcileSuperseded(record) }
        case (.create, _), (.retry, _), (.replace, _), (.resume, _): break
        }
        if let failure = await executor.cancel(change) {
            throw ServiceError(outcome: .rejected, description: failure)
        }
        guard case .converting(let conversion) = await session[change.address]?.phase else {
            return try await session.record(.began(desired), of: change.address)
        }
        // What is over, or given up, is not superseded: EC2 would not tell its end any more, and nothing could be removed.
        if let reason = whyOver(conversion, for: change) {
            try await session.record(.failed(taskID: conversion.taskID, message: reason), of: change.address)
        }
        try await session.record(.began(desired), of: change.address)
        guard let end = ends.end(of: conversion.taskID) else { return }
        try await session.recordEnd(of: conversion.taskID, volumeID: end.volumeID, of: change.address)
    }

    /// Why a conversion that another import takes the place of is known to have made no volume, or may be taken for that;
    /// `nil` if it may be under way or has made one.
    private func whyOver(_ conversion: Conversion, for change: Change) -> String? {
        switch ends.end(of: conversion.taskID) {
        case .cancelled(let message): return message
        case .completed: return nil
        case nil:
            guard !ends.wasListed(conversion.taskID), change.cancels == nil else { return nil }
            // A task that is missing is imported anew only where a person has said so.
            guard change.action == .create || conversion.hasExpired else { return nil }
            return "EC2 lists task \(conversion.taskID) no more; it was given up"
        }
    }

    private func reconcileSuperseded(_ record: ImportRecord) async throws {
        let address = record.subject.address
        executor.report(.reconciling(address, reason: "an earlier image's call has no recorded answer"))
        switch await monitor.search(for: record.marker) {
        case .found(let task):
            try await session.record(
                .submitted(attempt: record.attempts, taskID: task.id, expiration: task.expiration?.text),
                of: address
            )
            ends.add(task.id, of: address)
            await giveBackSlot(whenEnded: task.id)
        case .absent:
            try await session.record(
                .abandoned(attempt: record.attempts, reason: "EC2 has no task with its marker"),
                of: address
            )
            conversions.giveBack()
        case .stopped:
            throw CancellationError()
        }
    }

    private func upload(_ staged: StagedImage, for group: ImageGroup, ledger: PartLedger) async throws {
        let addresses = group.changes.map(\.address)
        let missing = await ledger.missing(among: staged.parts)
        let present = staged.parts.count { !missing.contains($0) }
        executor.report(
            .stagingBegan(
                image: staged.image.path,
                imports: addresses,
                parts: staged.parts.count,
                partsPresent: present
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            // As many tasks as may upload: the list of parts is long, and a task each would be a waste.
            let chooser = PartChooser(parts: staged.parts, missing: missing)
            for _ in 0..<max(1, executor.options.uploads) {
                tasks.addTask {
                    while let index = await chooser.next() {
                        if stop.isRequested { throw CancellationError() }
                        try await uploadPart(index, of: staged, ledger: ledger)
                    }
                }
            }
            try await tasks.waitForAll()
        }
        executor.report(.staged(image: staged.image.path, imports: addresses))
    }

    private func uploadPart(_ index: Int, of staged: StagedImage, ledger: PartLedger) async throws {
        let offset = Int64(index) * Int64(ImageParts.size)
        let part = FilePart(
            path: staged.path,
            offset: offset,
            length: Int(min(Int64(ImageParts.size), staged.bytes - offset)),
            digest: staged.parts[index]
        )
        let (uploads, bandwidth, staging) = (uploads, bandwidth, executor.staging)
        let uploaded = try await ledger.stage(part.digest) {
            try await uploads.with {
                try await bandwidth?.take(Double(part.length))
                try await staging.putPart(part, in: staged.location)
            }
        }
        if uploaded { executor.report(.partStaged(image: staged.image.path, bytes: part.length)) }
    }
}

/// Hands out the places of missing parts, each digest once.
private actor PartChooser {
    private let parts: [SHA256Digest]
    private var missing: Set<SHA256Digest>
    private var index = 0

    init(parts: [SHA256Digest], missing: Set<SHA256Digest>) {
        self.parts = parts
        self.missing = missing
    }

    func next() -> Int? {
        while index < parts.count {
            defer { index += 1 }
            if missing.remove(parts[index]) != nil { return index }
        }
        return nil
    }
}
