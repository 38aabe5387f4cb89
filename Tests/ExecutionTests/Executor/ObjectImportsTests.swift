import DiskImages
import Hashing
import Logging
import Migration
import Synchronization
import TestSupport
import Testing
import WireEncoding

@testable import EC2Types
@testable import Execution
@testable import StateStore

/// Imports of images that lie in S3 already.
@Suite("Imports of objects")
struct ObjectImportsTests {
    private let folder: TemporaryDirectory
    private let file: StateFile
    private let objects = ScriptedObjects()
    private let location = StagingLocation(bucket: "bucket", prefix: "ferry/", lineage: "lineage")
    private let part = SHA256.digest(of: "part")

    init() throws {
        folder = try TemporaryDirectory()
        file = StateFile(path: folder.path("ferry.state.json"))
    }

    private func desired(_ name: String, _ image: SourceImage) -> VolumeImport {
        VolumeImport(
            address: ImportAddress(manifest: "fleet", image: name, zone: "us-east-1a"),
            region: "us-east-1",
            zone: "us-east-1a",
            image: image,
            volumeSize: 1,
            staging: location
        )
    }

    private func object(_ name: String, bytes: Int64 = 1 << 30) -> VolumeImport {
        let state = S3ObjectVersion(bucket: "exports", key: "deep/\(name)", entityTag: "first", bytes: bytes)
        objects.put(state)
        return desired(
            name,
            SourceImage(
                path: "\(state.location)",
                format: .raw,
                bytes: bytes,
                virtualSize: bytes,
                digest: state.digest,
                object: state
            )
        )
    }

    /// One `ferry apply`.
    private func apply(_ desired: [VolumeImport], in cloud: ScriptedCloud) async throws -> ExecutionSummary {
        let session = try await StateSession.open(file, command: "test", lineage: { "lineage" })
        var options = ExecutionOptions()
        options.uploads = 1
        options.conversions = 1
        options.shortestPoll = .milliseconds(1)
        options.longestPoll = .milliseconds(2)
        options.times = ConsistencyTimes(signatureValidity: 1, listConsistency: 0, taskRetention: 100_000)
        let digest = ImageDigest(bytes: Int64(ImageParts.size), parts: [part])
        let executor = Executor(
            service: cloud,
            staging: cloud,
            claims: cloud,
            session: session,
            digests: { _ in try #require(digest) },
            objects: objects,
            options: options,
            clock: ContinuousClock(),
            stop: StopSignal(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            report: { _ in }
        )
        do {
            let recorded = await session.state
            let observed = try await StateRefresher(service: cloud, staging: cloud)
                .observe(desired: desired, recorded: recorded, digests: { _ in try #require(digest) })
            let plan = Planner.plan(desired: desired, manifests: [], recorded: recorded, observed: observed)
            let summary = try await executor.apply(plan)
            try await session.close()
            return summary
        } catch {
            try await session.close()
            throw error
        }
    }

    /// Journals the task `import-1` of an import, as a run that ended during the conversion.
    private func submit(_ item: VolumeImport) async throws {
        let session = try await StateSession.open(file, command: "test", lineage: { "lineage" })
        try await session.record(.began(item), of: item.address)
        try await session.record(.requested(attempt: 1), of: item.address)
        try await session.record(.submitted(attempt: 1, taskID: "import-1", expiration: nil), of: item.address)
        try await session.close()
    }

    @Test(
        "While objects wait for a conversion, files are uploaded: here no conversion ends before",
        .timeLimit(.minutes(1))
    )
    func uploadsGoOn() async throws {
        let key = location.key(ofPart: part)
        let hasUploaded = Atomic(false)
        let cloud = ScriptedCloud(answer: .task) { cloud, _ in
            if cloud.keys.contains(key) { hasUploaded.store(true, ordering: .relaxed) }
            if hasUploaded.load(ordering: .relaxed) { cloud.tasks.forEach(cloud.complete) }
        }
        let bytes = Int64(ImageParts.size)
        let digest = try #require(ImageDigest(bytes: bytes, parts: [part])).digest
        let image = SourceImage(path: "a.raw", format: .raw, bytes: bytes, virtualSize: bytes, digest: digest)
        let all = (0..<4).map { object("object-\($0)") } + [desired("file", image)]
        let summary = try await apply(all, in: cloud)
        #expect(summary.isComplete && summary.completed.count == 5, "\(summary)")
        #expect(cloud.keys.isEmpty)
    }

    @Test("The one part of an object is read where it lies; what EC2 deletes is nothing of anybody's")
    func importManifest() async throws {
        let item = object("disk.raw")
        let marker = TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: 1)
        let key = location.importManifestKey(marker)
        let manifest = Mutex<[UInt8]>([])
        let cloud = ScriptedCloud(answer: .task) { cloud, _ in
            if let xml = cloud.content(key) { manifest.withLock { $0 = xml } }
            cloud.tasks.forEach(cloud.complete)
        }
        objects.fail("no answer")
        let asked = try await apply([item], in: cloud)
        #expect(asked.failed.values.first?.contains("no answer") == true && cloud.tasks.isEmpty)
        objects.fail(nil)
        let summary = try await apply([item], in: cloud)
        #expect(summary.completed.count == 1)
        let xml = manifest.withLock { $0 }
        let parts = try ImportManifest(xml: xml).parts
        #expect(parts.map(\.key) == ["deep/disk.raw"])
        #expect(parts.map(\.headURL) == ["https://example.com/source/deep/disk.raw?HEAD"])
        #expect(parts.map(\.getURL) == ["https://example.com/source/deep/disk.raw?GET"])
        #expect(parts.map(\.deleteURL) == ["https://example.com/\(location.attemptKey(marker)).fetched"])
        #expect(String(decoding: xml, as: UTF8.self).contains("<byte-range start=\"0\" end=\"1073741823\"/>"))
        // The import manifest is cleaned up, and nothing else was there.
        #expect(cloud.keys.isEmpty)
    }

    @Test(
        "An object that is another one before ImportVolume is not imported; one that is another one afterwards fails for good"
    )
    func changed() async throws {
        let objects = objects
        let item = object("disk.raw")
        objects.put(S3ObjectVersion(bucket: "exports", key: "deep/disk.raw", entityTag: "other", bytes: 1 << 30))
        let cloud = ScriptedCloud(answer: .task) { cloud, _ in
            guard !cloud.tasks.isEmpty else { return }
            objects.put(S3ObjectVersion(bucket: "exports", key: "deep/disk.raw", entityTag: "third", bytes: 1 << 30))
            cloud.tasks.forEach(cloud.complete)
        }
        let before = try await apply([item], in: cloud)
        #expect(before.failed.values.first?.contains("changed after the plan was made") == true)
        #expect(cloud.tasks.isEmpty)

        _ = object("disk.raw")
        let after = try await apply([item], in: cloud)
        #expect(after.failed.values.first?.contains("nobody can tell what is in volume vol-of-import-0") == true)
        // It stays so, whatever the object is now: what EC2 read cannot be determined. Only --replace imports again.
        let state = try #require(try file.read()).imports[item.address]
        #expect(state?.phase.name == .rejected)
        #expect(cloud.tags(of: "vol-of-import-0")?["ferry:rejected"]?.isEmpty == false)
        #expect(cloud.tasks.count == 1)
        #expect(cloud.claims.values.map(\.phase) == [.rejected])
    }

    @Test(
        "A volume that another run rejected stays rejected, though EC2 does not list its tag yet and the object is back"
    )
    func rejectedElsewhere() async throws {
        let item = object("disk.raw")
        try await submit(item)
        let cloud = ScriptedCloud { cloud, _ in cloud.complete("import-1") }
        cloud.begin("import-1", item, parts: [])
        var claim = ImportClaim(
            nonce: "other",
            lineage: "other",
            generation: 1,
            attempt: 1,
            phase: .rejected,
            addresses: [item.address.description]
        )
        (claim.taskID, claim.volumeID) = ("import-1", "vol-of-import-1")
        cloud.put(claim, at: ClaimKey(item, under: item.address))
        let summary = try await apply([item], in: cloud)
        #expect(
            summary.completed.isEmpty && summary.failed.values.first?.contains("was rejected") == true,
            "\(summary)"
        )
        #expect(try #require(try file.read()).imports[item.address]?.phase.name == .rejected)
        #expect(cloud.tags(of: "vol-of-import-1")?["ferry:rejected"]?.isEmpty == false)
    }

    @Test("An import is forgotten when its conversion ends, though its object may no longer be read")
    func forgotten() async throws {
        let item = object("disk.raw")
        try await submit(item)
        objects.fail("AccessDenied")
        let cloud = ScriptedCloud { cloud, _ in cloud.complete("import-1") }
        cloud.begin("import-1", item, parts: [])
        let summary = try await apply([], in: cloud)
        #expect(summary.failed.isEmpty, "\(summary.failed)")
        #expect(try #require(try file.read()).imports.isEmpty)
        #expect(cloud.keys.isEmpty)
    }
}
