import DiskImages
import EC2Types
import Hashing
import Logging
import Migration
import StateStore

/// Stages the disk images of a run.
struct ImageStager<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    private let context: RunContext<ClockType>
    private let starter: ImportStarter<ClockType>
    private let uploader: PartUploader<ClockType>

    /// Stages images of a run.
    init(_ context: RunContext<ClockType>) {
        self.context = context
        starter = ImportStarter(context: context)
        uploader = PartUploader(context: context)
    }

    /// Records that work begins and uploads the parts of the group's image that are not there.
    ///
    /// - Returns: The staged image; `nil` if none of the changes needs its parts and they cannot be told, because the
    ///   image is not here any more.
    func stage(_ group: ImageGroup) async throws -> StagedImage? {
        for change in group.changes where change.action.makesVolume {
            guard let desired = change.desired else { continue }
            try await starter.start(change, desired, record: await context.session[change.address])
        }
        if group.image.repackaging != nil { return try await stageRepackaged(group) }
        guard group.image.object == nil else {
            let (image, location) = (group.image, group.location)
            return StagedImage(image: image, location: location, path: image.path, bytes: image.bytes, parts: [])
        }
        let digest: ImageDigest
        do {
            digest = try await context.environment.digests(group.image)
        } catch  where !group.needsStaging {
            context.logger.info("\(group.image.path): parts that are staged for it stay there: \(error)")
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
        let references = context.references.parts(of: group.location)
        await references.retain(Set(staged.parts), by: group.changes.count)
        if group.needsStaging { try await uploader.upload(staged, for: group, references: references) }
        return staged
    }

    /// Repackages the group's image, unless its parts are staged, and uploads the missing parts.
    private func stageRepackaged(_ group: ImageGroup) async throws -> StagedImage? {
        let image = group.image
        guard let repackager = context.environment.repackager else {
            throw ServiceError(outcome: .rejected, description: "\(image.path): images are not converted here")
        }
        let references = context.references.parts(of: group.location)
        var known = try await repackager.knownParts(of: image)
        if let known { await references.retain(Set(known.parts), by: group.changes.count) }
        if group.needsStaging {
            let isStaged = if let known { await references.missing(among: known.parts).isEmpty } else { false }
            if !isStaged {
                let made = try await repackage(image, with: repackager)
                if let known {
                    for _ in group.changes { await references.release(Set(known.parts)) }
                }
                await references.retain(Set(made.parts), by: group.changes.count)
                known = made
            }
        }
        guard let digest = known else {
            context.logger.info("\(image.path): parts that are staged for it stay there: nobody knows them any more")
            return nil
        }
        let staged = StagedImage(
            image: image,
            location: group.location,
            path: repackager.path(of: image),
            bytes: digest.bytes,
            parts: digest.parts
        )
        guard group.needsStaging else { return staged }
        try await uploader.upload(staged, for: group, references: references)
        if !context.sharedRepackagedImages.contains(image.digest) {
            do {
                try await repackager.removeFile(of: image)
            } catch {
                context.logger.warning("\(error)")
            }
        }
        return staged
    }

    private func repackage(_ image: SourceImage, with repackager: any ImageRepackager) async throws -> ImageDigest {
        let (stop, report) = (context.stop, context.report)
        return try await repackager.repackage(image) {
            report(.repackaging(image: image.path, as: .streamOptimized))
        } check: {
            if stop.isRequested { throw CancellationError() }
        }
    }
}
