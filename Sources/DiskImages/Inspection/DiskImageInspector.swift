/// Tells what an image is from its headers and tables.
package enum DiskImageInspector {
    /// Inspects an image. The call blocks on files; it reads no guest bytes.
    ///
    /// - Parameters:
    ///   - path: The image: the descriptor where a VMDK has several files.
    ///   - declared: The format the image is expected to have. The content decides, and a contradiction is an error;
    ///     RAW, which has no signature, is taken where it is declared or where the name promises nothing else.
    /// - Throws: Why the image cannot be read.
    package static func inspect(
        path: String,
        declared: DiskImageFormat? = nil
    ) throws(DiskImageError) -> DiskImageFacts {
        try DiskImage.open(path: path, declared: declared).facts
    }
}
