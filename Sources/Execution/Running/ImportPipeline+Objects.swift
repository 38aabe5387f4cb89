import EC2Types
import Migration

/// What is otherwise with an image that lies in S3 already: its part is the object itself, which others may change.
extension ImportPipeline {
    /// An object that is the image, as the one part of it.
    func part(
        _ object: ObjectState,
        of staged: StagedImage,
        deleteURL: String
    ) async throws(ServiceError) -> ImportManifest.Part {
        let objects = try requireObjects()
        // It may have waited long for a conversion slot since it was planned.
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
        guard let objects = executor.objects else {
            let description = "\(desired.image.path): images are not imported from S3 here"
            throw ServiceError(outcome: .rejected, description: description)
        }
        return objects
    }

    /// Makes sure that what EC2 has read is what was planned: between the look at an object before ImportVolume and the end of
    /// the conversion somebody may have put another in its place.
    ///
    /// - Returns: Why the volume must not be taken for the image's; `nil` if it may.
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
