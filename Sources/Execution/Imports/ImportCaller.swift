import DiskImages
import EC2Types
import Migration
import StateStore
import WireEncoding

/// Prepares an import's ImportVolume call, and checks what EC2 read for it.
struct ImportCaller<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let desired: VolumeImport
    let staged: StagedImage?
    let context: RunContext<ClockType>

    /// The length in bytes of what EC2 converts.
    var bytes: Int64 { staged?.bytes ?? desired.image.bytes }

    private var objects: SourceObjectCheck {
        SourceObjectCheck(objects: context.environment.objects, imagePath: desired.image.path)
    }

    /// Checks that S3 has every part of the staged image.
    ///
    /// - Throws: `ServiceError` if a part is missing and cannot be uploaded again.
    func verifyParts() async throws {
        guard let staged else { return }
        try await PartUploader(context: context).verify(staged)
    }

    /// Stages the import manifest of an attempt.
    ///
    /// - Returns: The call that names it, and the time by S3's clock after it was staged.
    func prepare(_ marker: TaskMarker) async throws(ServiceError) -> (call: ImportCall, date: Int64) {
        guard let staged else {
            let description = "\(desired.image.path): its parts are not staged; run ferry apply again"
            throw ServiceError(outcome: .rejected, description: description)
        }
        let (store, location) = (context.environment.staging, staged.location)
        let manifestKey = location.importManifestKey(marker)
        // EC2 deletes each part once it has read it. Other imports may need the part, and an image that is an object in
        // S3 is not ferry's, so the URL names an object that does not exist. S3 answers its deletion with success.
        let deleteURL = try await store.presignedURL(
            .delete,
            key: location.attemptKey(marker) + ".fetched",
            in: location
        )
        let importManifest = ImportManifest(
            format: desired.image.format.rawValue,
            selfDestructURL: try await store.presignedURL(.delete, key: manifestKey, in: location),
            size: staged.bytes,
            volumeSize: desired.volumeSize,
            parts: try await parts(of: staged, deleteURL: deleteURL)
        )
        let date = try await store.putObject(
            importManifest.xml,
            key: manifestKey,
            contentType: "application/xml",
            in: location
        )
        let call = ImportCall(
            zone: desired.zone,
            bucket: location.bucket,
            format: desired.image.format,
            bytes: staged.bytes,
            importManifestURLs: try await importManifestURLs(key: manifestKey, in: location),
            volumeSize: desired.volumeSize,
            marker: marker,
            description: marker.description(after: desired.description)
        )
        return (call, date)
    }

    /// The URLs of an import manifest, the one first whose addressing EC2 is known to take.
    private func importManifestURLs(
        key: String,
        in location: StagingLocation
    ) async throws(ServiceError) -> [ImportManifestURL] {
        let urls = try await context.environment.staging.importManifestURLs(key: key, in: location)
        let accepted = await context.session.addressing(of: desired)
        return urls.filter { $0.addressing == accepted } + urls.filter { $0.addressing != accepted }
    }

    private func parts(
        of staged: StagedImage,
        deleteURL: String
    ) async throws(ServiceError) -> [ImportManifest.Part] {
        if let object = staged.image.object {
            return [try await objects.part(object, of: staged, deleteURL: deleteURL)]
        }
        let (store, location) = (context.environment.staging, staged.location)
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

    /// Checks that EC2 read the object in S3 that was planned, if the image is one.
    func checkSource(of volumeID: String, _ record: ImportRecord) async -> ImportObservation {
        do throws(ServiceError) {
            let objection = try await objects.objection(to: volumeID, record)
            return objection.map { .sourceChanged(volumeID: volumeID, $0) } ?? .sourceUnchanged(volumeID: volumeID)
        } catch {
            return .failed("volume \(volumeID) exists, but its image cannot be checked: \(error)")
        }
    }
}
