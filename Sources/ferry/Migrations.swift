import DiskImages
import Foundation
import Migration
import Reports
import YAML

/// The migration manifests of a command, read, checked and inspected.
struct Migrations {
    /// The folder for what can be computed again.
    static let folder = ".ferry"

    let manifests: [MigrationManifest]
    let region: String
    private let cache = DigestCache(folder: Migrations.folder + "/digests")

    /// Reads the manifests and looks at the headers of their images. Everything that is wrong is printed at once.
    ///
    /// - Parameters:
    ///   - paths: Files and folders.
    ///   - zones: Gives the zones of a region, where they can be known.
    ///   - console: Where problems are printed.
    /// - Throws: `ExitCode` if something is wrong. Nothing has been written then.
    static func load(
        _ paths: [String],
        zones: (_ region: String) async throws -> Set<String>?,
        console: Console
    ) async throws -> Migrations {
        let (manifests, found) = ManifestLoader.load(paths: paths)
        var diagnostics = found
        let migrations = Migrations(manifests: manifests, region: manifests.lazy.flatMap(\.imports).first?.region ?? "")
        let headers = ImageInspection(cache: migrations.cache, computesDigests: false)
        diagnostics += await headers.inspect(manifests).diagnostics
        diagnostics += migrations.problemsOfRegions()
        let hasErrors = diagnostics.contains { $0.severity == .error }
        do {
            diagnostics += try await migrations.problemsOfZones(zones)
        } catch  where hasErrors {
            // That AWS cannot be asked is told once the rest is mended.
        }
        let renderer = DiagnosticRenderer(hasColour: console.style.hasColour)
        console.printError(renderer.text(for: diagnostics))
        guard diagnostics.allSatisfy({ $0.severity != .error }) else { throw Outcome.error }
        return migrations
    }

    /// The imports that are wanted; reads every image that was not read before.
    func desiredImports(console: Console) async throws -> [VolumeImport] {
        try FileManager.default.createDirectory(atPath: Self.folder, withIntermediateDirectories: true)
        let result = await ImageInspection(cache: cache).inspect(manifests)
        let errors = result.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else {
            console.printError(DiagnosticRenderer(hasColour: console.style.hasColour).text(for: errors))
            throw Outcome.error
        }
        return result.imports
    }

    /// The digests of an image's parts, from the cache where the image is as it was.
    var digests: @Sendable (SourceImage) async throws -> ImageDigest {
        let cache = cache
        return { image in
            try await BlockingExecutor.shared.run { () throws in try cache.digest(of: image.path) }
        }
    }

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

    private func problemsOfRegions() -> [Diagnostic] {
        manifests.flatMap(\.imports).filter { $0.region != region }.compactMap { item in
            item.zones.first.map { zone in
                Diagnostic(
                    .unsupported,
                    "this version plans one region at a time, and this zone is in \(item.region), not in \(region)",
                    at: zone.location,
                    help: "plan the migration manifests of each region by themselves, with a state of their own"
                )
            }
        }
    }

    private func problemsOfZones(_ zones: (String) async throws -> Set<String>?) async throws -> [Diagnostic] {
        guard !region.isEmpty, let known = try await zones(region) else { return [] }
        // A zone that is not of the region has been told already.
        let unknown = manifests.flatMap(\.imports).flatMap(\.zones)
            .filter { $0.value.hasPrefix(region) && !known.contains($0.value) }
        return unknown.map { zone in
            Diagnostic(
                .zoneUnknown,
                "region \(region) has no zone “\(zone.value)”",
                at: zone.location,
                help: known.isEmpty ? nil : "it has \(known.sorted().joined(separator: ", "))"
            )
        }
    }
}
