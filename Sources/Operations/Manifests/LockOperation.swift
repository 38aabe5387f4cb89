import Migration

/// Writes the facts of images to the lock files of their migration manifests, or checks that they are current.
package struct LockOperation {
    /// A lock file after the operation.
    package struct Outcome: Sendable {
        /// The path of the lock file.
        package let path: String
        /// The number of images in it.
        package let imageCount: Int
        /// Whether the existing file had the same content.
        package let wasCurrent: Bool
    }

    /// The files and folders of the migration manifests.
    package var manifests: [String]
    /// Whether to compare only, and write nothing.
    package var isCheck: Bool
    /// The AWS clients.
    package var aws: AWSSession

    /// Prepares the operation.
    package init(manifests: [String], isCheck: Bool, aws: AWSSession) {
        self.manifests = manifests
        self.isCheck = isCheck
        self.aws = aws
    }

    /// Computes the locks, and writes each in turn unless this is a check.
    ///
    /// - Parameters:
    ///   - diagnostics: Takes the diagnostics of manifests and images.
    ///   - report: Takes the outcome for each lock file as it is written.
    package func run(diagnostics: @escaping DiagnosticHandler, report: (Outcome) -> Void) async throws {
        let session = try await PlanningSession.load(
            ManifestSet.read(manifests, mode: .lock),
            aws: aws,
            options: .init(mode: .lock) { _ in nil },
            report: diagnostics
        )
        for (manifest, lock) in try await session.lock() {
            let wasCurrent =
                try isCheck ? LockFile.read(besides: manifest).lock == lock : !LockFile.write(lock, besides: manifest)
            let path = LockFile.path(besides: manifest)
            report(Outcome(path: path, imageCount: lock.images.count, wasCurrent: wasCurrent))
        }
    }
}
