package import Diagnostics

/// What can be wrong with the cache of digests.
extension DiagnosticCode {
    /// The digests cannot be remembered.
    package static let cacheUnavailable = DiagnosticCode(
        "F0209",
        "the cache of digests cannot be written",
        """
        ferry remembers the digests of images in `.ferry/digests`, so that no image is read twice. Where it cannot, it \
        goes on and reads the images again in the next run. Make the folder writable, or free space on its disk.
        """
    )
}
