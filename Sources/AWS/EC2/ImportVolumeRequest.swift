import WireEncoding

extension EC2Client {
    /// The parameters of ImportVolume.
    package struct ImportVolumeRequest: Sendable {
        /// The zone of the volume.
        package var availabilityZone: String
        /// `VMDK`, `VHD` or `RAW`.
        package var format: String
        /// The length of the image file in bytes.
        package var bytes: Int64
        /// The presigned URL of the import manifest.
        package var importManifestURL: String
        /// The volume's size in GiB.
        package var volumeSize: Int
        /// What is said of the task.
        package var description: String?
        /// Whether EC2 only says if it would do it: it then answers with the error `DryRunOperation`.
        package var isDryRun: Bool

        /// Names the parameters.
        package init(
            availabilityZone: String,
            format: String,
            bytes: Int64,
            importManifestURL: String,
            volumeSize: Int,
            description: String?,
            isDryRun: Bool = false
        ) {
            self.availabilityZone = availabilityZone
            self.format = format
            self.bytes = bytes
            self.importManifestURL = importManifestURL
            self.volumeSize = volumeSize
            self.description = description
            self.isDryRun = isDryRun
        }

        var parameters: QueryParameters {
            var parameters = QueryParameters()
            parameters.add("AvailabilityZone", availabilityZone)
            parameters.add("Image.Format", format)
            parameters.add("Image.Bytes", bytes)
            parameters.add("Image.ImportManifestUrl", importManifestURL)
            parameters.add("Volume.Size", volumeSize)
            parameters.add("Description", description)
            if isDryRun { parameters.add("DryRun", true) }
            return parameters
        }
    }
}

// The URL is signed: what shows a request must not show it.
extension EC2Client.ImportVolumeRequest: CustomDebugStringConvertible, CustomReflectable {
    package var debugDescription: String {
        "ImportVolume of \(URLRedaction.redacted(importManifestURL)) in \(availabilityZone)"
    }
    package var customMirror: Mirror { Mirror(self, children: ["request": debugDescription]) }
}
