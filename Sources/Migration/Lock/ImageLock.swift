/// The facts of a migration manifest's images, kept beside it under version control, so that a plan can be made and
/// reviewed where the images are not.
package struct ImageLock: Hashable, Sendable {
    /// The version of the lock's form that this ferry reads and writes.
    package static let version = 1

    /// The images.
    package var images: [ImageKey: LockedImage]

    /// Makes a lock.
    package init(images: [ImageKey: LockedImage] = [:]) {
        self.images = images
    }
}
