import DiskImages
import Hashing
package import Migration

extension VolumeImport {
    /// An import that differs from another sample only in what the arguments say.
    ///
    /// - Parameters:
    ///   - name: The name of the image.
    ///   - content: What the digest of the image is computed from.
    ///   - zone: The Availability Zone.
    package static func sample(
        name: String = "db",
        content: String = "content",
        zone: String = "us-east-1a"
    ) -> VolumeImport {
        VolumeImport(
            address: ImportAddress(manifest: "erp", image: name, zone: zone),
            region: "us-east-1",
            zone: zone,
            image: SourceImage(
                path: "\(name).vmdk",
                format: .vmdk,
                bytes: 1000,
                virtualSize: 5000,
                digest: SHA256.digest(of: content)
            ),
            volumeSize: 1,
            description: "ERP",
            tags: ["tier": "db"],
            staging: StagingLocation(bucket: "bucket", prefix: "ferry/")
        )
    }
}
