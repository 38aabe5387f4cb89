package import Migration

/// The imports that the migration manifests ask for, and the source of their image facts.
package struct DesiredImports: Sendable {
    /// The imports.
    package var imports: [VolumeImport]
    /// The paths of images that do not exist here and whose facts come from a lock.
    package var imagesFromLock: Set<String>
    /// The paths of images that were not checked because their imports are settled.
    package var imagesNotChecked: Set<String>
    /// The paths of images that differ from their lock, sorted.
    package var imagesChangedSinceLock: [String]

    /// The paths of images that cannot be read on this machine.
    package var absentImages: Set<String> { imagesFromLock.union(imagesNotChecked) }
}
