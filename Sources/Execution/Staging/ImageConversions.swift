package import DiskImages
package import Migration

/// What the executor needs where images are converted before they are uploaded, because EC2 would refuse them as they are.
///
/// What is made of an image lies in a file until its parts are staged; the list of those parts is kept until its imports
/// have settled.
package protocol ImageConversions: Sendable {
    /// Where the file that is made of an image lies, or is to lie.
    func path(of image: SourceImage) -> String
    /// The digests of the parts of a converted image, where it was converted before; `nil` if nobody knows them.
    func knownParts(of image: SourceImage) async throws -> ImageDigest?
    /// Converts an image, unless that was done before and the file is still there, and lists its parts.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - began: Called when the conversion begins.
    ///   - check: Called now and then; may throw to cancel.
    /// - Throws: Why it cannot be converted, or what `check` throws. Nothing of a conversion that was not finished is left.
    func convert(
        _ image: SourceImage,
        began: @Sendable () -> Void,
        check: @escaping @Sendable () throws -> Void
    ) async throws -> ImageDigest
    /// Removes the file of an image: its parts are staged.
    func removeFile(of image: SourceImage) async throws
    /// Removes what there is of other images than the given ones.
    func removeAll(but images: [SourceImage]) async throws
}
