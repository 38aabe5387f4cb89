package import DiskImages
import Glibc
package import YAML

/// Looks at the images of migration manifests and makes the imports that are wanted.
package struct ImageInspection: Sendable {
    /// The imports, ordered as the migration manifests name them, and everything that is wrong with the images.
    package struct Result: Sendable {
        /// The imports whose images can be imported.
        package var imports: [VolumeImport]
        /// What is wrong.
        package var diagnostics: [Diagnostic]
    }

    /// What is known of one image file.
    private enum Finding: Sendable {
        case image(DiskImageFacts, ImageDigest?)
        case failure(String, isMissing: Bool)
    }

    private struct Source: Hashable {
        var path: String
        var format: DiskImageFormat?
    }

    private let cache: DigestCache
    private let computesDigests: Bool

    /// Chooses where digests are kept.
    ///
    /// - Parameters:
    ///   - cache: The digests of images that were read before.
    ///   - computesDigests: Whether the images are read; without it the headers alone are, and no imports are made.
    package init(cache: DigestCache, computesDigests: Bool = true) {
        self.cache = cache
        self.computesDigests = computesDigests
    }

    /// Inspects every image of the manifests once, several at a time.
    package func inspect(_ manifests: [MigrationManifest]) async -> Result {
        let sources = Set(
            manifests.flatMap(\.imports).map { Source(path: $0.imagePath, format: $0.format?.value) }
        )
        let findings = await findings(for: sources)
        var result = Result(imports: [], diagnostics: [])
        for manifest in manifests {
            for item in manifest.imports {
                let source = Source(path: item.imagePath, format: item.format?.value)
                switch findings[source] {
                case nil:
                    continue
                case .failure(let message, let isMissing):
                    let code: DiagnosticCode = isMissing ? .imageMissing : .imageRefused
                    result.diagnostics.append(Diagnostic(code, message, at: item.image.location))
                case .image(let facts, let digest):
                    let (diagnostics, isSound) = problems(of: facts, for: item)
                    result.diagnostics += diagnostics
                    guard isSound, let digest else { continue }
                    result.imports += imports(of: item, in: manifest, facts, digest)
                }
            }
        }
        return result
    }

    private func findings(for sources: Set<Source>) async -> [Source: Finding] {
        await withTaskGroup(of: (Source, Finding).self) { tasks in
            var waiting = sources.makeIterator()
            // As many as the blocking executor has threads: more would only wait there.
            for _ in 0..<4 {
                guard let source = waiting.next() else { break }
                tasks.addTask { (source, await finding(for: source)) }
            }
            var findings: [Source: Finding] = [:]
            while let (source, finding) = await tasks.next() {
                findings[source] = finding
                if let source = waiting.next() {
                    tasks.addTask { (source, await self.finding(for: source)) }
                }
            }
            return findings
        }
    }

    private func finding(for source: Source) async -> Finding {
        let (cache, computesDigests) = (cache, computesDigests)
        do {
            return try await BlockingExecutor.shared.run { () throws in
                let facts = try DiskImageInspector.inspect(path: source.path, declared: source.format)
                // An image that EC2 would refuse is not read: the answer is known.
                guard computesDigests, facts.isImportable else { return .image(facts, nil) }
                return .image(facts, try cache.digest(of: source.path))
            }
        } catch let error as DiskImageError {
            return .failure(error.description, isMissing: error.reason == .system(call: "open", errno: ENOENT))
        } catch {
            return .failure("\(source.path): \(error)", isMissing: false)
        }
    }

    private func problems(of facts: DiskImageFacts, for item: ImageImport) -> ([Diagnostic], isSound: Bool) {
        var diagnostics: [Diagnostic] = []
        for problem in facts.problems {
            let isRefusal = problem.severity == .refused
            diagnostics.append(
                Diagnostic(
                    isRefusal ? .imageRefused : .imageDoubtful,
                    "\(item.imagePath): \(problem.message)",
                    at: item.image.location,
                    severity: isRefusal ? .error : .warning,
                    help: problem.remedy
                )
            )
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

    private func imports(
        of item: ImageImport,
        in manifest: MigrationManifest,
        _ facts: DiskImageFacts,
        _ digest: ImageDigest
    ) -> [VolumeImport] {
        item.zones.map { zone in
            VolumeImport(
                address: ImportAddress(
                    manifest: manifest.name.value,
                    image: item.name.value,
                    zone: zone.value
                ),
                region: item.region,
                zone: zone.value,
                image: SourceImage(
                    path: item.imagePath,
                    format: facts.format,
                    bytes: facts.bytes,
                    virtualSize: facts.virtualSize,
                    digest: digest.digest
                ),
                volumeSize: item.size?.value ?? facts.volumeSizeGiB,
                description: item.description,
                tags: item.tags,
                staging: manifest.staging.value
            )
        }
    }
}
