package import FoundationEssentials
package import WireEncoding

/// A conversion task of EC2 that imports a volume (EC2 API Reference, `ConversionTask`).
package struct ConversionTask: Hashable, Sendable {
    /// The states of a task.
    package enum State: String, Sendable {
        case active, cancelling, cancelled, completed
    }

    /// The disk image of a task (EC2 API Reference, `DiskImageDescription`).
    package struct Image: Hashable, Sendable {
        /// `VMDK`, `VHD` or `RAW`, as EC2 wrote it.
        package var format: String
        /// The length of the image file in bytes.
        package var bytes: Int64
        /// The presigned URL of the import manifest, which EC2 repeats to whoever may list tasks.
        package var importManifestURL: PresignedURL?
        /// The checksum that EC2 computed, if it did.
        package var checksum: String?
    }

    /// The task's id.
    package var id: String
    /// The task's state.
    package var state: State
    /// What EC2 says about the state, without the signatures of URLs in it.
    package var statusMessage: String?
    /// When EC2 gives it up, as EC2 wrote it.
    package var expirationTime: String?
    /// The zone of the volume.
    package var availabilityZone: String
    /// What the caller said of it.
    package var description: String?
    /// The image's bytes converted so far.
    package var bytesConverted: Int64
    /// The disk image.
    package var image: Image
    /// The volume's size in GiB.
    package var volumeSize: Int
    /// The volume's id, once there is one.
    package var volumeID: String?
    /// The task's tags.
    package var tags: [String: String]

    /// When EC2 gives it up; `nil` if it did not say, or in no form that is known.
    package var expiration: Date? { expirationTime.flatMap(ISO8601Time.date) }
}
