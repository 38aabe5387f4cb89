package import DiskImages
package import EC2Types

/// The parameters of an ImportVolume call.
package struct ImportCall: Sendable {
    /// The zone of the volume.
    package var zone: String
    /// The bucket that the image is staged in, which says whose import it is.
    package var bucket: String
    /// The image's format.
    package var format: DiskImageFormat
    /// The length of the image file in bytes.
    package var bytes: Int64
    /// The URLs of the import manifest: the one to call with, and then those to try if EC2 rejects it. Never empty.
    package var importManifestURLs: [ImportManifestURL]
    /// The volume's size in GiB.
    package var volumeSize: Int
    /// The marker at the end of the description.
    package var marker: TaskMarker
    /// The description of the task, with the marker at its end.
    package var description: String
    /// The time in the signature, by S3's clock in seconds since 1970; the present if `nil`. The call takes effect at most
    /// the validity of signatures after it.
    package var signingTime: Int64?

    /// The presigned URL of the import manifest that the call names: a secret for as long as it is valid.
    package var importManifestURL: String { importManifestURLs.first?.url ?? "" }
}
