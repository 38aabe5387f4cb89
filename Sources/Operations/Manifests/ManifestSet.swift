package import Diagnostics
package import Migration
import YAML

/// The migration manifests of an operation with their lock files, not yet checked against images or AWS.
package struct ManifestSet: Sendable {
    /// The manifests that could be read.
    package let manifests: [MigrationManifest]
    /// The locks by the path of their migration manifest.
    package let locks: [String: ImageLock]
    /// The problems of the manifests and locks.
    package let diagnostics: [Diagnostic]
    /// The targets of all imports, with their regions.
    package let targets: [RegionalTarget]

    private init(manifests: [MigrationManifest], locks: [String: ImageLock], diagnostics: [Diagnostic]) {
        self.manifests = manifests
        self.locks = locks
        self.diagnostics = diagnostics
        // Computed once: it visits every import.
        targets = manifests.flatMap(\.usedTargets)
    }

    /// Reads files, and the manifests in folders.
    ///
    /// - Parameters:
    ///   - paths: Files and folders.
    ///   - mode: The purpose. ``PlanningSession/Mode/lock`` ignores the existing lock files, since it rewrites them.
    package static func read(_ paths: [String], mode: PlanningSession.Mode = .plan) async -> ManifestSet {
        // A lock file is about as long as its migration manifest: read them concurrently.
        async let lockFiles = mode == .lock ? [:] : LockFile.read(besides: ManifestLoader.files(in: paths))
        var (manifests, diagnostics) = ManifestLoader.load(paths: paths)
        let present = await lockFiles
        var locks: [String: ImageLock] = [:]
        for manifest in manifests {
            guard let (lock, problems) = present[manifest.file.path] else { continue }
            locks[manifest.file.path] = lock
            diagnostics += problems
        }
        return ManifestSet(manifests: manifests, locks: locks, diagnostics: diagnostics)
    }

    /// Whether any diagnostic is an error.
    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    private static func longer(_ left: Int64?, _ right: Int64?) -> Int64? {
        guard let left, let right else { return nil }
        return max(left, right)
    }

    /// The strictest of the manifests' limits.
    package var limits: MigrationManifest.Limits {
        var limits = manifests.first?.limits ?? MigrationManifest.Limits()
        for other in manifests.dropFirst().map(\.limits) {
            limits.uploads = min(limits.uploads, other.uploads)
            limits.conversions = min(limits.conversions, other.conversions)
            limits.bandwidth = [limits.bandwidth, other.bandwidth].compactMap(\.self).min()
            limits.requestsPerSecond = [limits.requestsPerSecond, other.requestsPerSecond].compactMap(\.self).min()
            // The longest waits are safe for all. A manifest without them means AWS's times.
            limits.listConsistency = Self.longer(limits.listConsistency, other.listConsistency)
            limits.signatureValidity = Self.longer(limits.signatureValidity, other.signatureValidity)
            limits.taskRetention = [limits.taskRetention, other.taskRetention].compactMap(\.self).min()
        }
        return limits
    }
}
