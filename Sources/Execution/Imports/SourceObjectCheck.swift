import EC2Types
import Migration

/// Checks a disk image that is an object in S3. Its only part is the object itself, which others may change.
struct SourceObjectCheck: Sendable {
    let objects: (any SourceObjects)?
    let imagePath: String

    /// The object as the only part of its image.
    func part(
        _ object: S3ObjectVersion,
        of staged: StagedImage,
        deleteURL: String
    ) async throws(ServiceError) -> ImportManifest.Part {
        let objects = try requireObjects()
        // The import may have waited long for a conversion slot since it was planned.
        try await objects.require(object, for: staged.location)
        return ImportManifest.Part(
            start: 0,
            end: staged.bytes - 1,
            key: object.key,
            headURL: try await objects.presignedURL(.head, of: object, for: staged.location),
            getURL: try await objects.presignedURL(.get, of: object, for: staged.location),
            deleteURL: deleteURL
        )
    }

    private func requireObjects() throws(ServiceError) -> any SourceObjects {
        guard let objects else {
            let description = "\(imagePath): images are not imported from S3 here"
            throw ServiceError(outcome: .rejected, description: description)
        }
        return objects
    }

    /// Checks that EC2 read the planned object: it could have been overwritten between the check before ImportVolume and
    /// the end of the conversion.
    ///
    /// - Returns: The reason not to accept the volume; `nil` if it is the image's.
    func objection(to volumeID: String, _ record: ImportRecord) async throws(ServiceError) -> String? {
        guard let object = record.subject.image.object, !object.isLasting else { return nil }
        let objects = try requireObjects()
        do {
            try await objects.require(object, for: record.subject.staging, wasRead: true)
            return nil
        } catch  where error.outcome == .rejected {
            return """
                the object changed, or was removed, while EC2 read it, and nobody can tell what is in volume \(volumeID), \
                which is kept: \(error)
                """
        }
    }
}
