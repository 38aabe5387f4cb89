import Hashing

/// Tells what an image is from its headers and tables.
package enum DiskImageInspector {
    /// Inspects an image. The call blocks on files; it reads no guest bytes.
    ///
    /// - Parameters:
    ///   - path: The image: the descriptor where a VMDK has several files.
    ///   - declared: The format the migration manifest gives. The content decides, and a contradiction is an error;
    ///     RAW, which has no signature, is taken where it is declared or where the name promises nothing else.
    /// - Throws: Why the image can't be read. What can be read but not imported is among the facts' problems.
    package static func inspect(
        path: String,
        declared: DiskImageFormat? = nil
    ) throws(DiskImageError) -> DiskImageFacts {
        try DiskImage.open(path: path, declared: declared).facts
    }

    /// Inspects an image as far as it is asked to, and reports what it finds; an image that can't be read is a report
    /// too. The call blocks on files, and with `isDeep` on the processor.
    ///
    /// - Parameters:
    ///   - path: The image: the descriptor where a VMDK has several files.
    ///   - declared: The format the content is expected to have.
    ///   - isDeep: Whether everything that is stored is verified.
    ///   - digests: Where the digest of an image of one file comes from; `nil` for no digest.
    ///   - check: Called now and then; may throw to cancel.
    /// - Throws: What `check` throws.
    package static func report(
        on path: String,
        declared: DiskImageFormat? = nil,
        isDeep: Bool = false,
        digests: DigestCache? = nil,
        check: () throws -> Void = {}
    ) throws -> DiskImageReport {
        do {
            let image = try DiskImage.open(path: path, declared: declared)
            var report = DiskImageReport(path: path, facts: .success(image.facts))
            if isDeep { report.verification = try DiskImageVerifier.verify(image) { _ in try check() } }
            if let digests, image.facts.files.count == 1 {
                report.digest = try digests.digest(of: path) { _ in try check() }.digest.hex
            }
            return report
        } catch let error as DiskImageError {
            return DiskImageReport(path: path, facts: .failure(error))
        }
    }
}
