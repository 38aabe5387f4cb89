package import Diagnostics
package import DiskImages
package import Execution
import FileSystem
import Glibc
import Hashing
import ImportReadiness
package import Migration
import Synchronization
import YAML

/// Looks at the images of migration manifests and makes the imports that are wanted.
///
/// Where an image is not there, what the manifest's lock says of it takes its place.
package struct ImageInspection: Sendable {
    /// The imports, ordered as the migration manifests name them, and everything that is wrong with the images.
    package struct Result: Sendable {
        /// The imports whose images can be imported.
        package var imports: [VolumeImport] = []
        /// What is wrong.
        package var diagnostics: [Diagnostic] = []
        /// What was found out about the images that are there, by the path of the migration manifest. Only images that
        /// were read whole and that EC2 takes are in it.
        package var images: [String: [ImageKey: LockedImage]] = [:]
        /// The paths of images that are not there and of which a lock told.
        package var fromLock: Set<String> = []
        /// The paths of images that cannot be inspected and are not in a lock, and whose imports are settled.
        package var notChecked: Set<String> = []
        /// The paths of images that are there and are not what a lock says.
        package var changedSinceLock: Set<String> = []
        /// Whether no image is left that must be read to make its imports.
        fileprivate var isWhole = true
        /// What was found out about objects in S3: that is all there is to find.
        fileprivate var objects: [ObjectInspection.Source: ObjectInspection.Finding] = [:]

        /// Adds the settled imports of an image that cannot be inspected.
        mutating func add(_ imports: [VolumeImport], of item: ImageImport) {
            notChecked.insert(item.imagePath)
            self.imports += imports
        }
    }

    /// What is said of an image that is not there and of which no lock knows.
    package enum Absence: Sendable {
        /// It is an error: nothing can be planned.
        case isAnError
        /// It is a warning: the migration manifest may be right for a machine that has the images.
        case isAWarning
    }

    /// What is known of one image file.
    fileprivate enum Finding: Sendable {
        case image(DiskImageFacts, SHA256Digest?)
        case failure(DiskImageError)
        case unexpected(String)

        /// Whether an import comes of an image, as it is or converted.
        static func isWanted(_ facts: DiskImageFacts, by source: Source) -> Bool {
            facts.isImportable || source.isRepackaged && facts.isRepackageable
        }
    }

    fileprivate struct Source: Hashable {
        var path: String
        var format: DiskImageFormat?
        /// Whether the content counts even if EC2 would refuse the image as it is.
        var isRepackaged: Bool
    }

    /// The images that wait for a worker.
    private final class SourceQueue: Sendable {
        private let sources: [Source]
        private let place = Atomic(0)

        init(_ sources: [Source]) {
            self.sources = sources
        }

        var isEmpty: Bool { place.load(ordering: .relaxed) >= sources.count }

        func next() -> Source? {
            let place = place.wrappingAdd(1, ordering: .relaxed).oldValue
            return place < sources.count ? sources[place] : nil
        }
    }

    /// As many images at a time as the blocking executor has threads: more would only wait there.
    private static let workers = 4
    /// So long a worker keeps its thread before others get their turn. To change threads for each image takes longer than to
    /// see that it is not there.
    private static let turn = Duration.milliseconds(20)

    private let cache: DigestCache
    private let computesDigests: Bool
    private let locks: [String: ImageLock]
    let settled: SettledImports
    let absence: Absence
    private let objects: ObjectInspection

    /// Chooses where digests are kept.
    ///
    /// - Parameters:
    ///   - cache: The digests of images that were read before.
    ///   - computesDigests: Whether the images are read; without it the headers alone are, and imports are made only of
    ///     images whose digest is remembered or locked.
    ///   - locks: The locks, by the path of their migration manifest.
    ///   - settled: The imports that are settled.
    ///   - absence: What is said of images that are not there.
    ///   - objects: The images in S3; `nil` if S3 is not asked.
    package init(
        cache: DigestCache,
        computesDigests: Bool = true,
        locks: [String: ImageLock] = [:],
        settled: SettledImports = SettledImports(),
        absence: Absence = .isAnError,
        objects: (any ImageObjects)? = nil
    ) {
        self.cache = cache
        self.computesDigests = computesDigests
        self.locks = locks
        self.settled = settled
        self.absence = absence
        self.objects = ObjectInspection(objects: objects)
    }

    /// Inspects every image of the manifests once, several at a time.
    ///
    /// - Parameters:
    ///   - manifests: The migration manifests.
    ///   - earlier: What was found without reading the images; if that is all there is to find, it is the result.
    package func inspect(_ manifests: [MigrationManifest], after earlier: Result? = nil) async -> Result {
        if let earlier, earlier.isWhole { return earlier }
        let sources = Set(manifests.lazy.flatMap(\.imports).compactMap(Self.source))
        async let objectFindings = objects.findings(for: Self.objects(of: manifests), after: earlier?.objects ?? [:])
        let findings = await findings(for: sources)
        var result = Result()
        result.objects = await objectFindings
        let hasObjects = manifests.contains(where: \.hasObjects)
        let stagings = hasObjects ? Set(manifests.flatMap(\.usedTargets).map(\.target.staging.value)) : []
        for manifest in manifests {
            let lock = locks[manifest.file.path]
            if let lock { result.diagnostics += Self.staleEntries(of: lock, manifest) }
            for item in manifest.imports {
                let locked = lock?.images[ImageKey(item)]
                if let source = Self.source(of: item), let finding = findings[source] {
                    take(finding, of: item, in: manifest, locked: locked, into: &result)
                } else if let source = Self.object(of: item, in: manifest), let finding = result.objects[source] {
                    take(finding, of: item, source, in: manifest, locked: locked, stagings: stagings, into: &result)
                }
            }
        }
        return result
    }

    private func take(
        _ finding: Finding,
        of item: ImageImport,
        in manifest: MigrationManifest,
        locked: LockedImage?,
        into result: inout Result
    ) {
        let (facts, digest): (DiskImageFacts, SHA256Digest?)
        var isHere = true
        switch finding {
        case .failure(let error) where error.reason == .system(call: "open", errno: ENOENT):
            guard let locked else {
                if let imports = settled.imports(of: item, in: manifest) { return result.add(imports, of: item) }
                // The descriptor may be there, and a file that it names may not.
                guard error.path == item.imagePath else {
                    return result.diagnostics.append(Self.refusal(error, of: item))
                }
                return result.diagnostics.append(missing(item, hasLock: locks[manifest.file.path] != nil))
            }
            isHere = false
            result.fromLock.insert(item.imagePath)
            (facts, digest) = (locked.facts, locked.digest)
        case .failure(let error):
            return result.diagnostics.append(Self.refusal(error, of: item))
        case .unexpected(let message):
            return result.diagnostics.append(Diagnostic(.imageUnreadable, message, at: item.image.location))
        case .image(let found, let content):
            (facts, digest) = (found, content)
            let differences = locked?.differences(from: facts, digest) ?? []
            if !differences.isEmpty {
                result.changedSinceLock.insert(item.imagePath)
                result.diagnostics.append(Self.drift(differences, of: item, in: manifest))
            }
        }
        let (diagnostics, isSound) = problems(of: facts, for: item)
        result.diagnostics += diagnostics
        guard isSound else { return }
        guard let digest else {
            result.isWhole = false
            return
        }
        let image = LockedImage(facts: facts, digest: digest)
        if isHere { result.images[manifest.file.path, default: [:]][ImageKey(item)] = image }
        result.imports += imports(of: item, in: manifest, image)
    }

    /// The objects that manifests name.
    private static func objects(of manifests: [MigrationManifest]) -> Set<ObjectInspection.Source> {
        var sources: Set<ObjectInspection.Source> = []
        for manifest in manifests where manifest.hasObjects {
            for item in manifest.imports {
                if let source = object(of: item, in: manifest) { sources.insert(source) }
            }
        }
        return sources
    }

    private static func source(of item: ImageImport) -> Source? {
        guard case .file(let path) = item.source else { return nil }
        return Source(path: path, format: item.format?.value, isRepackaged: item.repackaging != nil)
    }

    private func findings(for sources: Set<Source>) async -> [Source: Finding] {
        let queue = SourceQueue(Array(sources))
        return await withTaskGroup(of: [(Source, Finding)].self) { tasks in
            for _ in 0..<min(Self.workers, sources.count) {
                tasks.addTask {
                    var findings: [(Source, Finding)] = []
                    while !queue.isEmpty {
                        findings += await BlockingExecutor.shared.run { self.findings(from: queue) }
                    }
                    return findings
                }
            }
            var findings: [Source: Finding] = [:]
            findings.reserveCapacity(sources.count)
            for await found in tasks {
                for (source, finding) in found { findings[source] = finding }
            }
            return findings
        }
    }

    /// Looks at the images whose turn it is, for some time.
    private func findings(from queue: SourceQueue) -> [(Source, Finding)] {
        var findings: [(Source, Finding)] = []
        let end = ContinuousClock.now + Self.turn
        repeat {
            guard let source = queue.next() else { break }
            findings.append((source, finding(for: source)))
        } while ContinuousClock.now < end
        return findings
    }

    private func finding(for source: Source) -> Finding {
        do {
            let facts = try DiskImageInspector.inspect(path: source.path, declared: source.format)
            // An image that EC2 would refuse is not read: the answer is known.
            guard Finding.isWanted(facts, by: source) else { return .image(facts, nil) }
            guard computesDigests else {
                let isOneFile = facts.files.count == 1
                return .image(facts, isOneFile ? try cache.remembered(source.path)?.digest : nil)
            }
            return .image(facts, try cache.digest(of: facts, at: source.path))
        } catch let error as DiskImageError {
            return .failure(error)
        } catch {
            return .unexpected("\(source.path): \(error)")
        }
    }

    func problems(of facts: DiskImageFacts, for item: ImageImport) -> ([Diagnostic], isSound: Bool) {
        var diagnostics: [Diagnostic] = []
        let isRepackageable = facts.isRepackageable
        let isRepackaged = item.repackaging != nil && isRepackageable
        for problem in ImageProblem.all(of: facts, path: item.imagePath)
        where !isRepackaged || problem.severity != .refused {
            let isRefusal = problem.severity == .refused
            // ferry can do what the command does, if it is asked to, where the image is.
            let offer =
                isRefusal && isRepackageable && !item.isObject ? ", or write convert: stream-optimized" : ""
            let diagnostic = Diagnostic(
                isRefusal ? .imageRefused : .imageDoubtful,
                "\(item.imagePath): \(problem.message)",
                at: item.image.location,
                severity: isRefusal ? .error : .warning,
                help: problem.remedy.map { $0 + offer }
            )
            diagnostics.append(isRefusal ? Self.notingRepackaging(diagnostic, of: item) : diagnostic)
        }
        if let size = item.size, size.value < facts.volumeSizeGiB {
            diagnostics.append(
                Diagnostic(
                    .volumeTooSmall,
                    "the disk needs \(facts.volumeSizeGiB) GiB, and the volume would have \(size.value) GiB",
                    at: size.location,
                    help: "write size: \(facts.volumeSizeGiB) GiB, or leave size out"
                )
                .noting("the disk is in this image: \(facts.virtualSize) bytes", at: item.image.location)
            )
        }
        return (diagnostics, diagnostics.allSatisfy { $0.severity != .error })
    }

    func imports(
        of item: ImageImport,
        in manifest: MigrationManifest,
        _ image: LockedImage
    ) -> [VolumeImport] {
        let facts = image.facts
        let repackaging = facts.isRepackageable ? item.repackaging?.value : nil
        let source = SourceImage(
            path: item.imagePath,
            format: repackaging == nil ? facts.format : .vmdk,
            bytes: facts.bytes,
            virtualSize: facts.virtualSize,
            digest: image.digest,
            repackaging: repackaging,
            object: image.object
        )
        return item.zones.map { VolumeImport(item, zone: $0.value, in: manifest, image: source) }
    }
}

/// What is said of images.
extension ImageInspection {
    private func missing(_ item: ImageImport, hasLock: Bool) -> Diagnostic {
        let help =
            hasLock
            ? "the lock does not know it either: run ferry lock where the image is"
            : "check the path; or run ferry lock where the image is, and commit the lock"
        return Diagnostic(
            .imageMissing,
            "\(item.imagePath): there is no such file",
            at: item.image.location,
            severity: absence == .isAnError ? .error : .warning,
            help: help
        )
    }

    static func refusal(_ error: DiskImageError, of item: ImageImport) -> Diagnostic {
        let code: DiagnosticCode
        switch error.reason {
        case .system, .changedWhileRead, .notAFile: code = .imageUnreadable
        default: code = .imageRefused
        }
        let diagnostic = Diagnostic(code, ImageDiagnosis(error).description, at: item.image.location)
        return code == .imageRefused ? notingRepackaging(diagnostic, of: item) : diagnostic
    }

    /// An image that `convert` should make importable: that it is refused all the same must not go unexplained.
    private static func notingRepackaging(_ diagnostic: Diagnostic, of item: ImageImport) -> Diagnostic {
        guard let repackaging = item.repackaging else { return diagnostic }
        return diagnostic.noting(
            "\(repackaging.value.rawValue) does not help here: ferry converts a VMDK or VHD whose layout EC2 refuses",
            at: repackaging.location
        )
    }

    static func drift(
        _ differences: [String],
        of item: ImageImport,
        in manifest: MigrationManifest
    ) -> Diagnostic {
        Diagnostic(
            .imageDrift,
            "\(item.imagePath) changed since it was locked: \(differences.joined(separator: "; "))",
            at: item.image.location,
            severity: .warning,
            help: "if the change is meant, run ferry lock \(manifest.file.path) and commit the lock"
        )
    }

    /// What a lock says of images that its migration manifest does not name.
    private static func staleEntries(of lock: ImageLock, _ manifest: MigrationManifest) -> [Diagnostic] {
        let wanted = Set(manifest.imports.lazy.map(ImageKey.init))
        let stale = lock.images.keys.filter { !wanted.contains($0) }.sorted()
        guard let first = stale.first else { return [] }
        let path = LockFile.path(besides: manifest.file.path)
        let more = stale.count == 1 ? "" : " and \(stale.count - 1) more"
        return [
            Diagnostic(
                .lockOutdated,
                "\(path) knows images that are not in this migration manifest: “\(first.image)”\(more)",
                at: manifest.name.location,
                severity: .warning,
                help: "run ferry lock \(manifest.file.path) to bring it up to date"
            )
        ]
    }
}
