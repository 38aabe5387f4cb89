import Diagnostics
import Migration
import Operations
import YAML

/// Migration manifests and their locks, read and not yet checked against anything outside.
struct MigrationFiles {
    /// The migration manifests, as far as they could be read.
    let manifests: [MigrationManifest]
    /// The locks by the path of their migration manifest.
    let locks: [String: ImageLock]
    /// What is wrong with either.
    let diagnostics: [Diagnostic]
    /// The targets of all imports, with their regions.
    let targets: [(region: String, target: MigrationTarget)]

    private init(manifests: [MigrationManifest], locks: [String: ImageLock], diagnostics: [Diagnostic]) {
        self.manifests = manifests
        self.locks = locks
        self.diagnostics = diagnostics
        // Every import is looked at for it: once.
        targets = manifests.flatMap(\.usedTargets)
    }

    /// Reads files, and what is in folders.
    ///
    /// - Parameters:
    ///   - paths: Files and folders.
    ///   - mode: What they are read for. What ferry lock is about to write, or to mend, does not matter to it.
    static func read(_ paths: [String], mode: Migrations.Mode = .plan) async -> MigrationFiles {
        // A lock is as long as its migration manifest; neither waits for the other.
        async let lockFiles = mode == .lock ? [:] : LockFile.read(besides: ManifestLoader.files(in: paths))
        var (manifests, diagnostics) = ManifestLoader.load(paths: paths)
        let present = await lockFiles
        var locks: [String: ImageLock] = [:]
        for manifest in manifests {
            guard let (lock, problems) = present[manifest.file.path] else { continue }
            locks[manifest.file.path] = lock
            diagnostics += problems
        }
        return MigrationFiles(manifests: manifests, locks: locks, diagnostics: diagnostics)
    }

    /// Whether they cannot be used as they are.
    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// The strictest of the manifests' limits.
    var limits: MigrationManifest.Limits {
        var limits = manifests.first?.limits ?? MigrationManifest.Limits()
        for other in manifests.dropFirst().map(\.limits) {
            limits.uploads = min(limits.uploads, other.uploads)
            limits.conversions = min(limits.conversions, other.conversions)
            limits.bandwidth = [limits.bandwidth, other.bandwidth].compactMap(\.self).min()
            limits.requestsPerSecond = [limits.requestsPerSecond, other.requestsPerSecond].compactMap(\.self).min()
        }
        return limits
    }
}
