import DiskImages
import Hashing
import Logging
import Migration

/// Uploads the missing parts of images, within the run's limits.
struct PartUploader<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let context: RunContext<ClockType>

    /// Uploads the parts of a staged image that its staging location lacks.
    func upload(_ staged: StagedImage, for group: ImageGroup, references: PartReferenceCounts) async throws {
        let addresses = group.changes.map(\.address)
        let missing = await references.missing(among: staged.parts)
        let present = staged.parts.count { !missing.contains($0) }
        context.report(
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
            for _ in 0..<max(1, context.environment.options.uploads) {
                tasks.addTask {
                    while let index = await chooser.next() {
                        if context.stop.isRequested { throw CancellationError() }
                        try await uploadPart(index, of: staged, references: references)
                    }
                }
            }
            try await tasks.waitForAll()
        }
        context.report(.staged(image: staged.image.path, imports: addresses))
    }

    private func uploadPart(_ index: Int, of staged: StagedImage, references: PartReferenceCounts) async throws {
        let part = part(index, of: staged)
        let (uploads, staging) = (context.uploads, context.environment.staging)
        let uploaded = try await references.stage(part.digest) {
            try await uploads.withPermit {
                try await staging.putPart(part, in: staged.location)
            }
        }
        if uploaded {
            context.verifiedParts.note(part.digest, in: staged.location, at: context.clock.now)
            context.report(.partStaged(image: staged.image.path, bytes: part.length))
        }
    }

    /// Checks, right before ImportVolume, that S3 has every part as it should be, and uploads those that it has not. Parts
    /// that this run uploaded or checked within the last hour are not checked.
    ///
    /// - Throws: `ServiceError`; the error of reading the image.
    func verify(_ staged: StagedImage) async throws {
        let references = context.references.parts(of: staged.location)
        let earliest = context.clock.now.advanced(by: .zero - VerifiedParts<ClockType>.validity)
        var indices: [Int] = []
        var seen: Set<SHA256Digest> = []
        for (index, digest) in staged.parts.enumerated() where seen.insert(digest).inserted {
            if !context.verifiedParts.isVerified(digest, in: staged.location, since: earliest) { indices.append(index) }
        }
        guard !indices.isEmpty else { return }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            var waiting = indices.makeIterator()
            for _ in 0..<max(1, context.environment.options.uploads) {
                if let index = waiting.next() { tasks.addTask { try await verifyPart(index, of: staged, references) } }
            }
            while try await tasks.next() != nil {
                if let index = waiting.next() { tasks.addTask { try await verifyPart(index, of: staged, references) } }
            }
        }
    }

    private func verifyPart(_ index: Int, of staged: StagedImage, _ references: PartReferenceCounts) async throws {
        let part = part(index, of: staged)
        let (uploads, staging) = (context.uploads, context.environment.staging)
        let uploaded = try await references.verify(part.digest) {
            try await staging.hasPart(part.digest, length: part.length, in: staged.location)
        } upload: {
            try await uploads.withPermit { try await staging.putPart(part, in: staged.location) }
        }
        context.verifiedParts.note(part.digest, in: staged.location, at: context.clock.now)
        if uploaded {
            context.logger.info("\(staged.image.path): a staged part was missing or different and was uploaded again")
        }
    }

    private func part(_ index: Int, of staged: StagedImage) -> FilePart {
        let offset = Int64(index) * Int64(ImageParts.size)
        return FilePart(
            path: staged.path,
            offset: offset,
            length: Int(min(Int64(ImageParts.size), staged.bytes - offset)),
            digest: staged.parts[index]
        )
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
