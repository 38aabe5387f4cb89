package import DiskImages
import Hashing

/// What an inspection found out about one image, readable or not.
package struct ImageReport: Sendable {
    /// Whether EC2 would import the image.
    package enum Verdict: String, Sendable {
        /// EC2 imports it.
        case importable
        /// It is readable, but EC2 would reject it.
        case refused
        /// It cannot be read, or something in it is damaged.
        case unreadable
    }

    /// The path as it was given.
    package let path: String
    /// What its headers and tables say, or why it cannot be read.
    package let facts: Result<DiskImageFacts, DiskImageError>
    /// The digest of its content (`ImageDigest`) in hexadecimal, if it was asked for and the image is one file.
    package var digest: String?
    /// The result of reading everything that is stored, if it was asked for.
    package var verification: DiskImageVerification?

    /// Makes a report.
    package init(path: String, facts: Result<DiskImageFacts, DiskImageError>) {
        self.path = path
        self.facts = facts
    }

    /// Makes a report of an image that cannot be read where it is.
    package init(path: String, unreachable reason: String) {
        self.init(path: path, facts: .failure(DiskImageError(path: path, reason: .unreachable(reason))))
    }

    /// Inspects a file. The call blocks on files, and with `isDeep` on the processor.
    ///
    /// - Parameters:
    ///   - path: The image: the descriptor if a VMDK has several files.
    ///   - declared: The format the content is expected to have.
    ///   - isDeep: Whether to read and verify everything that is stored.
    ///   - digests: The source of the digest of an image of one file; `nil` for no digest.
    ///   - check: Called now and then; may throw to cancel.
    /// - Returns: The report. An image that cannot be read is a report too.
    /// - Throws: What `check` throws.
    package static func inspecting(
        _ path: String,
        declared: DiskImageFormat? = nil,
        isDeep: Bool = false,
        digests: DigestCache? = nil,
        check: () throws -> Void = {}
    ) throws -> ImageReport {
        do {
            let image = try DiskImage.open(path: path, declared: declared)
            var report = ImageReport(path: path, facts: .success(image.facts))
            if isDeep { report.verification = try DiskImageVerifier.verify(image) { _ in try check() } }
            if let digests, image.facts.files.count == 1 {
                report.digest = try digests.digest(of: path) { _ in try check() }.digest.hex
            }
            return report
        } catch let error as DiskImageError {
            return ImageReport(path: path, facts: .failure(error))
        }
    }

    /// The problems of a readable image; empty for one that cannot be read.
    package var problems: [ImageProblem] {
        guard case .success(let facts) = facts else { return [] }
        return ImageProblem.all(of: facts, path: path)
    }

    /// What to make of it all.
    package var verdict: Verdict {
        guard case .success(let facts) = facts, verification?.isSound ?? true else { return .unreadable }
        return facts.isImportable ? .importable : .refused
    }
}
