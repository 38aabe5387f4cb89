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

        /// Names the parameters.
        package init(
            availabilityZone: String,
            format: String,
            bytes: Int64,
            importManifestURL: String,
            volumeSize: Int,
            description: String?
        ) {
            self.availabilityZone = availabilityZone
            self.format = format
            self.bytes = bytes
            self.importManifestURL = importManifestURL
            self.volumeSize = volumeSize
            self.description = description
        }

        var parameters: QueryParameters {
            var parameters = QueryParameters()
            parameters.add("AvailabilityZone", availabilityZone)
            parameters.add("Image.Format", format)
            parameters.add("Image.Bytes", bytes)
            parameters.add("Image.ImportManifestUrl", importManifestURL)
            parameters.add("Volume.Size", volumeSize)
            parameters.add("Description", description)
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
