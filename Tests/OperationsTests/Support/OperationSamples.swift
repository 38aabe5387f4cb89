import DiskImages
import Hashing
import Migration

enum OperationSamples {
    static func item(_ image: String) -> VolumeImport {
        VolumeImport(
            address: ImportAddress(manifest: "erp", image: image, zone: "us-east-1a"),
            region: "us-east-1",
            zone: "us-east-1a",
            image: SourceImage(
                path: "\(image).raw",
                format: .raw,
                bytes: 4096,
                virtualSize: 4096,
                digest: SHA256.digest(of: image)
            ),
            volumeSize: 1,
            staging: StagingLocation(bucket: "erp-staging", prefix: "")
        )
    }
}
