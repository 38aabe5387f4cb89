import Diagnostics
import DiskImages

extension VolumeImport {
    /// The import of an entry of a migration manifest into one of its zones.
    ///
    /// The volume has the size that the entry sets, or else the smallest that holds the disk.
    package init(_ item: ImageImport, zone: String, in manifest: MigrationManifest, image: SourceImage) {
        self.init(
            address: ImportAddress(manifest: manifest.name.value, image: item.name.value, zone: zone),
            region: item.region,
            zone: zone,
            image: image,
            volumeSize: item.size?.value ?? DiskImageFacts.volumeSizeGiB(virtualSize: image.virtualSize),
            description: item.description,
            tags: item.tags,
            staging: manifest.target(of: item.region).staging.value
        )
    }
}
