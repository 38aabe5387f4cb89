package import Diagnostics
package import DiskImages
import Execution
import FileSystem
import Hashing
package import Migration
import YAML

/// The migration manifests of an operation: read, checked, and their images inspected.
package struct PlanningSession {
    /// The purpose for which the manifests are read.
    package enum Mode: Sendable {
        /// Every image must exist or be locked.
        case plan
        /// A missing image is a warning.
        case validate
        /// The lock files are about to be rewritten, so the existing ones do not count.
        case lock
    }

    private let files: ManifestSet
    /// The imports that need no image.
    private let settled: SettledImports
    /// The remembered content digests.
    package let cache = DigestCache(folder: WorkFolder.digests)
    /// The zones of each identity, where they are known.
    package private(set) var zones: [AWSIdentity: ZoneCheck] = [:]
    /// The disk images in S3; `nil` if S3 is not queried, or no image is there.
    private let objects: (any ImageObjects)?
    /// The facts from the images' headers.
    private var inspected: ImageInspection.Result?
    private var reportedDiagnostics: [Diagnostic] = []
    let report: DiagnosticHandler

    /// How to load migration manifests.
    package struct Options {
        /// The purpose.
        package var mode = Mode.plan
        /// The state. Its settled imports need no image; `nil` if every image is needed.
        package var recorded: MigrationState?
        /// Finds the zones of an identity in its region; `nil` where they are unknown.
        package var zones: (_ identity: AWSIdentity) async throws -> [KnownZone]?
        /// Looks for further problems in manifests that have no error so far.
        package var moreProblems: (_ session: PlanningSession) async throws -> [Diagnostic] = { _ in [] }

        /// Loads manifests for a purpose.
        package init(
            mode: Mode = .plan,
            recorded: MigrationState? = nil,
            zones: @escaping (_ identity: AWSIdentity) async throws -> [KnownZone]?
        ) {
            self.mode = mode
            self.recorded = recorded
            self.zones = zones
        }
    }

    /// Inspects the headers of the manifests' images and checks zones and targets. Reports every problem together.
    ///
    /// - Parameters:
    ///   - files: The manifests and their locks.
    ///   - aws: Queries S3 for images that are there; `nil` to query nothing.
    ///   - options: The purpose, and what else to check.
    ///   - report: Takes the diagnostics.
    /// - Throws: ``ReportedProblems`` if a diagnostic is an error. Nothing has been written then.
    package static func load(
        _ files: ManifestSet,
        aws: AWSSession?,
        options: Options,
        report: @escaping DiagnosticHandler
    ) async throws -> PlanningSession {
        var session = PlanningSession(
            files,
            settled: SettledImports(of: files.manifests, recordedIn: options.recorded),
            objects: await objects(of: files, aws),
            report: report
        )
        var diagnostics = files.diagnostics + (await session.inspectHeaders(mode: options.mode))
        if options.mode != .lock { diagnostics += TargetCheck.problems(of: files.manifests) }
        let hasErrors = diagnostics.contains { $0.severity == .error }
        do {
            try await session.checkZones(options.zones, reportingTo: &diagnostics)
            if !hasErrors { diagnostics += try await options.moreProblems(session) }
        } catch  where hasErrors {
            // An unreachable AWS is reported once the other problems are fixed.
        }
        try report(diagnostics)
        guard diagnostics.allSatisfy({ $0.severity != .error }) else { throw ReportedProblems() }
        session.reportedDiagnostics = diagnostics
        return session
    }

    private init(
        _ files: ManifestSet,
        settled: SettledImports,
        objects: (any ImageObjects)?,
        report: @escaping DiagnosticHandler
    ) {
        self.files = files
        self.settled = settled
        self.objects = objects
        self.report = report
    }

    /// The problems that the images' headers show.
    private mutating func inspectHeaders(mode: Mode) async -> [Diagnostic] {
        let inspection = ImageInspection(
            cache: cache,
            computesDigests: false,
            locks: mode == .lock ? presentLocks : files.locks,
            settled: settled,
            absence: mode == .validate ? .isAWarning : .isAnError,
            objects: objects
        )
        let result = await inspection.inspect(manifests)
        inspected = result
        // ferry lock is about to correct what disagrees with the lock.
        return result.diagnostics.filter { mode != .lock || !$0.isAboutLock }
    }

    /// Checks the imports' zones. What was found before an error counts.
    private mutating func checkZones(
        _ known: (AWSIdentity) async throws -> [KnownZone]?,
        reportingTo diagnostics: inout [Diagnostic]
    ) async throws {
        for identity in Set(targets.map { $0.target.identity(in: $0.region) }).sorted() {
            guard let known = try await known(identity) else { continue }
            let check = ZoneCheck(region: identity.region, zones: known)
            diagnostics += manifests.filter { $0.identity(in: identity.region) == identity }
                .flatMap { check.problems(of: $0.imports) }
            zones[identity] = check
        }
    }

    /// The migration manifests.
    package var manifests: [MigrationManifest] { files.manifests }

    /// The targets of all imports, with their regions.
    package var targets: [RegionalTarget] { files.targets }

    /// The strictest of the manifests' limits.
    package var limits: MigrationManifest.Limits { files.limits }

    /// Reads images in S3, if the manifests have such images and S3 may be queried.
    private static func objects(of files: ManifestSet, _ aws: AWSSession?) async -> (any ImageObjects)? {
        guard let aws, files.manifests.contains(where: \.hasObjects) else { return nil }
        do {
            return try await aws.clients(for: files.targets).objects
        } catch {
            // A lock may have all that is needed: the error is reported for each image that needs more.
            return UnreachableObjects(reason: "\(error)")
        }
    }

    /// The desired imports. Reads every image whose digest is not remembered.
    ///
    /// - Throws: ``ReportedProblems`` if an image has an error.
    package func desiredImports() async throws -> DesiredImports {
        let result = try await inspect(files.locks)
        // A bucket has one identity.
        let identities = Dictionary(
            targets.map { ($0.target.staging.value.bucket, $0.target.identity(in: $0.region)) }
        ) { first, _ in first }
        let imports = result.imports.map { item in
            // The address keeps the zone as written. EC2 gets the zone's name in this account.
            var item = item
            let check = identities[item.staging.bucket].flatMap { zones[$0] }
            if let name = check?.name(of: item.zone) { item.zone = name }
            return item
        }
        return DesiredImports(
            imports: imports,
            imagesFromLock: result.fromLock,
            imagesNotChecked: result.notChecked,
            imagesChangedSinceLock: result.changedSinceLock.sorted()
        )
    }

    /// Whether any migration manifest has a lock file.
    package var isLocked: Bool { !files.locks.isEmpty }

    /// The contents of the lock files, each with the path of its migration manifest: the facts of the images that
    /// exist, and the entries of the present lock for the others.
    package func lock() async throws -> [(manifest: String, lock: ImageLock)] {
        let present = presentLocks
        let result = try await inspect(present, isForLock: true)
        return manifests.map { manifest in
            let path = manifest.file.path
            let kept = present[path]?.images ?? [:]
            let wanted = Set(manifest.imports.map(ImageKey.init))
            let images = kept.filter { wanted.contains($0.key) }
                .merging(result.images[path] ?? [:]) { _, found in found }
            return (path, ImageLock(images: images))
        }
    }

    private func inspect(_ locks: [String: ImageLock], isForLock: Bool = false) async throws -> ImageInspection.Result {
        if let problem = cache.problem() { try report([Self.cacheUnavailable(problem)]) }
        let inspection = ImageInspection(cache: cache, locks: locks, settled: settled, objects: objects)
        let result = await inspection.inspect(manifests, after: inspected)
        // Reading a whole image can show more than its headers: that it changed since it was locked.
        let reported = Set(reportedDiagnostics.map(\.description))
        let news = result.diagnostics.filter {
            !reported.contains($0.description) && !(isForLock && $0.isAboutLock)
        }
        if !news.isEmpty { try report(news) }
        guard result.diagnostics.allSatisfy({ $0.severity != .error }) else { throw ReportedProblems() }
        return result
    }

    /// A cache that cannot be written costs time, and nothing else.
    private static func cacheUnavailable(_ problem: String) -> Diagnostic {
        Diagnostic(
            .cacheUnavailable,
            "digests of images are not remembered: \(problem)",
            at: nil,
            severity: .warning,
            help: "make \(WorkFolder.digests) writable, or each run reads every image again"
        )
    }

    /// The lock files that exist and can be read.
    private var presentLocks: [String: ImageLock] {
        var locks: [String: ImageLock] = [:]
        for manifest in manifests {
            if let lock = LockFile.read(besides: manifest.file.path).lock { locks[manifest.file.path] = lock }
        }
        return locks
    }

    /// The digests of an image's parts, from the cache if the image is unchanged.
    package var digests: @Sendable (SourceImage) async throws -> ImageDigest {
        let cache = cache
        return { image in
            try await BlockingExecutor.shared.run { () throws in try cache.digest(of: image.path) }
        }
    }
}

extension Diagnostic {
    /// Whether the diagnostic reports a difference between an image and its lock.
    fileprivate var isAboutLock: Bool { code == .imageDrift || code == .lockOutdated }
}
