import Diagnostics

/// An entry of `moved`: an import, with all its zones, that has another name now.
package struct MovedImport: Hashable, Sendable {
    /// The name of a migration manifest and of an image in it.
    package struct Name: Hashable, Sendable {
        /// The migration manifest.
        package var manifest: String
        /// The image.
        package var image: String

        /// Names an import.
        package init(manifest: String, image: String) {
            self.manifest = manifest
            self.image = image
        }
    }

    /// The name it had.
    package var from: Name
    /// The name it has.
    package var to: Name

    /// The pair of addresses for a zone.
    package func addresses(inZone zone: String) -> MovedAddress {
        MovedAddress(
            old: ImportAddress(manifest: from.manifest, image: from.image, zone: zone),
            new: ImportAddress(manifest: to.manifest, image: to.image, zone: zone)
        )
    }
}
