import Diagnostics
import DiskImages
import FileSystem
import Foundation
import Migration
import Operations
import Reports
import YAML

/// The migration manifests of a command, read, checked and inspected.
struct Migrations {
    /// The folder for what can be computed again.
    static let folder = ".ferry"

    /// What the manifests are read for.
    enum Mode {
        /// Every image must be there, or in the lock.
        case plan
        /// An image may be missing: that is a warning.
        case validate
        /// The images are about to be locked: what the present lock says of them does not matter.
        case lock
    }

    private let files: MigrationFiles
    /// The digests of images that were read before.
    let cache = DigestCache(folder: Migrations.folder + "/digests")
    /// The zones that accounts have, by who works there, where they are known.
    private(set) var zones: [TargetIdentity: ZoneCheck] = [:]
    /// The images in S3; `nil` if S3 is not asked, or there are none.
    private let objects: (any ImageObjects)?
    /// What the images' headers told.
    private var inspected: ImageInspection.Result?
    /// What has been told already.
    private var told: [Diagnostic] = []

    /// Reads the manifests and their locks and looks at the headers of their images. Everything that is wrong is printed
    /// at once.
    ///
    /// - Parameters:
    ///   - paths: Files and folders.
    ///   - access: By which EC2 is asked for its zones, and S3 for images that lie there; neither is if `nil`.
    ///   - printer: Prints what is wrong.
    /// - Throws: `ExitCode` if something is wrong. Nothing has been written then.
    static func load(_ paths: [String], access: Access, printer: DiagnosticPrinter) async throws -> Migrations {
        let files = await MigrationFiles.read(paths)
        let zones = { identity in try await access.zones(of: identity, for: files.targets) }
        return try await load(files, zones: zones, access: access, printer: printer)
    }

    /// Looks at the headers of the manifests' images. Everything that is wrong is printed at once.
    ///
    /// - Parameters:
    ///   - files: The manifests and their locks.
    ///   - zones: Gives the zones that an identity has in its region, where they can be known.
    ///   - access: By which S3 is asked for images that lie there; it is not if `nil`.
    ///   - printer: Prints what is wrong.
    ///   - mode: What the manifests are read for.
    ///   - more: Finds what else is wrong with manifests that have no error so far.
    /// - Throws: `ExitCode` if something is wrong. Nothing has been written then.
    static func load(
        _ files: MigrationFiles,
        zones: (_ identity: TargetIdentity) async throws -> [KnownZone]?,
        access: Access?,
        printer: DiagnosticPrinter,
        mode: Mode = .plan,
        more: (_ migrations: Migrations) async throws -> [Diagnostic] = { _ in [] }
    ) async throws -> Migrations {
        let manifests = files.manifests
        var diagnostics = files.diagnostics
        var migrations = Migrations(files, objects: await objects(of: files, access))
        let headers = ImageInspection(
            cache: migrations.cache,
            computesDigests: false,
            locks: mode == .lock ? migrations.presentLocks : files.locks,
            absence: mode == .validate ? .isAWarning : .isAnError,
            objects: migrations.objects
        )
        let inspected = await headers.inspect(manifests)
        migrations.inspected = inspected
        // What a lock says wrongly is what ferry lock is about to mend.
        diagnostics += inspected.diagnostics.filter { mode != .lock || !$0.isAboutLock }
        if mode != .lock { diagnostics += TargetCheck.problems(of: manifests) }
        let hasErrors = diagnostics.contains { $0.severity == .error }
        do {
            for identity in migrations.identities {
                guard let known = try await zones(identity) else { continue }
                let check = ZoneCheck(region: identity.region, zones: known)
                diagnostics += manifests.filter { $0.identity(in: identity.region) == identity }
                    .flatMap { check.problems(of: $0.imports) }
                migrations.zones[identity] = check
            }
            if !hasErrors { diagnostics += try await more(migrations) }
        } catch  where hasErrors {
            // That AWS cannot be asked is told once the rest is mended.
        }
        try printer.print(diagnostics)
        guard diagnostics.allSatisfy({ $0.severity != .error }) else { throw Outcome.error }
        migrations.told = diagnostics
        return migrations
    }

    /// The migration manifests.
    var manifests: [MigrationManifest] { files.manifests }

    /// The locks by the path of their migration manifest.
    private var locks: [String: ImageLock] { files.locks }

    /// The targets of all imports, with their regions.
    var targets: [(region: String, target: MigrationTarget)] { files.targets }

    /// The strictest of the manifests' limits.
    var limits: MigrationManifest.Limits { files.limits }

    /// Who works for the imports, each once, in order.
    private var identities: [TargetIdentity] { Set(targets.map { $0.target.identity(in: $0.region) }).sorted() }

    private init(_ files: MigrationFiles, objects: (any ImageObjects)?) {
        self.files = files
        self.objects = objects
    }

    /// What tells of images in S3, if the manifests have such images and S3 may be asked.
    private static func objects(of files: MigrationFiles, _ access: Access?) async -> (any ImageObjects)? {
        guard let access, files.manifests.contains(where: \.hasObjects) else { return nil }
        do {
            return try await access.connections(for: files.targets).objects
        } catch {
            // A lock may know all that is needed: it is told with each image.
            return UnreachableObjects(reason: "\(error)")
        }
    }

    /// What is wanted, and how it was found out.
    struct Desired {
        /// The imports.
        var imports: [VolumeImport]
        /// The paths of images that are not here, and of which a lock told.
        var imagesFromLock: Set<String>
        /// The paths of images that are not what a lock says, in order.
        var imagesChangedSinceLock: [String]
    }

    /// The imports that are wanted; reads every image that was not read before.
    func desiredImports(printer: DiagnosticPrinter) async throws -> Desired {
        let result = try await inspect(locks, printer: printer)
        // A bucket has one identity.
        let identities = Dictionary(targets.map { ($0.target.staging.value.bucket, $0.target.identity(in: $0.region)) })
        {
            first,
            _ in first
        }
        let imports = result.imports.map { item in
            // The address keeps what is written; EC2 is given the zone's name, which is this account's for the id.
            var item = item
            let check = identities[item.staging.bucket].flatMap { zones[$0] }
            if let name = check?.name(of: item.zone) { item.zone = name }
            return item
        }
        return Desired(
            imports: imports,
            imagesFromLock: result.fromLock,
            imagesChangedSinceLock: result.changedSinceLock.sorted()
        )
    }

    /// Whether a lock tells what the images of a migration manifest are.
    var isLocked: Bool { !locks.isEmpty }

    /// The locks to be written, each with the path of its migration manifest: of the images that are here, what they
    /// are; of the others, what the present lock says.
    func lock(printer: DiagnosticPrinter) async throws -> [(manifest: String, lock: ImageLock)] {
        let present = presentLocks
        let result = try await inspect(present, printer: printer, isForLock: true)
        return manifests.map { manifest in
            let path = manifest.file.path
            let kept = present[path]?.images ?? [:]
            let wanted = Set(manifest.imports.map(ImageKey.init))
            let images = kept.filter { wanted.contains($0.key) }
                .merging(result.images[path] ?? [:]) { _, found in found }
            return (path, ImageLock(images: images))
        }
    }

    private func inspect(
        _ locks: [String: ImageLock],
        printer: DiagnosticPrinter,
        isForLock: Bool = false
    ) async throws -> ImageInspection.Result {
        try WorkFolder.make(Self.folder)
        let inspection = ImageInspection(cache: cache, locks: locks, objects: objects)
        let result = await inspection.inspect(manifests, after: inspected)
        // Reading the images whole can tell more than their headers did: that one changed since it was locked.
        let known = Set(told.map(\.description))
        let news = result.diagnostics.filter {
            !known.contains($0.description) && !(isForLock && $0.isAboutLock)
        }
        if !news.isEmpty { try printer.print(news) }
        guard result.diagnostics.allSatisfy({ $0.severity != .error }) else { throw Outcome.error }
        return result
    }

    /// The locks that are there and can be read.
    private var presentLocks: [String: ImageLock] {
        var locks: [String: ImageLock] = [:]
        for manifest in manifests {
            if let lock = LockFile.read(besides: manifest.file.path).lock { locks[manifest.file.path] = lock }
        }
        return locks
    }

    /// The digests of an image's parts, from the cache where the image is as it was.
    var digests: @Sendable (SourceImage) async throws -> ImageDigest {
        let cache = cache
        return { image in
            try await BlockingExecutor.shared.run { () throws in try cache.digest(of: image.path) }
        }
    }
}

extension Diagnostic {
    /// Whether it says that an image and its lock disagree.
    fileprivate var isAboutLock: Bool { code == .imageDrift || code == .lockOutdated }
}
