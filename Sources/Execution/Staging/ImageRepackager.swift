package import DiskImages
package import Migration

/// Rewrites disk images that EC2 would reject, before they are uploaded.
///
/// A repackaged file is kept until its parts are staged. The list of its parts is kept until its imports have settled.
package protocol ImageRepackager: Sendable {
    /// The path of an image's repackaged file, whether or not it exists.
    func path(of image: SourceImage) -> String
    /// The digests of the parts of an image's repackaged file; `nil` if they are not listed.
    func knownParts(of image: SourceImage) async throws -> ImageDigest?
    /// Repackages an image, unless its file exists, and lists the file's parts.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - began: Called when the work starts.
    ///   - check: Called from time to time; throws to cancel the work.
    /// - Throws: The reason why the image cannot be repackaged, or the error of `check`. An unfinished file is removed.
    func repackage(
        _ image: SourceImage,
        began: @Sendable () -> Void,
        check: @escaping @Sendable () throws -> Void
    ) async throws -> ImageDigest
    /// Removes the file of an image whose parts are staged.
    func removeFile(of image: SourceImage) async throws
    /// Removes the files and lists of all images but the given ones.
    func removeAll(but images: [SourceImage]) async throws
}
