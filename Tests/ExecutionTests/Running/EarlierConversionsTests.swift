import DiskImages
import Hashing
import Logging
import Migration
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Runs that begin with conversions of earlier ones: mostly two imports whose images share a part.
@Suite("Conversions of earlier runs")
struct EarlierConversionsTests {
    private struct Gone: Error {}

    private let folder: TemporaryDirectory
    private let file: StateFile
    private let first: VolumeImport
    private let second: VolumeImport
    private let images: [String: ImageDigest]

    init() throws {
        folder = try TemporaryDirectory()
        file = StateFile(path: folder.path("ferry.state.json"))
        var images: [String: ImageDigest] = [:]
        var imports: [VolumeImport] = []
        for name in ["first", "second"] {
            let parts = ["shared", name].map { SHA256.digest(of: $0) }
            let digest = try #require(ImageDigest(bytes: Int64(2 * ImageParts.size), parts: parts))
            images["\(name).raw"] = digest
            imports.append(
                VolumeImport(
                    address: ImportAddress(manifest: "fleet", image: name, zone: "us-east-1a"),
                    region: "us-east-1",
                    zone: "us-east-1a",
                    image: SourceImage(
                        path: "\(name).raw",
                        format: .raw,
                        bytes: digest.bytes,
                        virtualSize: digest.bytes,
                        digest: digest.digest
                    ),
                    volumeSize: 1,
                    staging: StagingLocation(bucket: "bucket", prefix: "ferry/")
                )
            )
        }
        self.images = images
        (first, second) = (imports[0], imports[1])
    }

    private func begin(in cloud: ScriptedCloud) async throws {
        let session = try await StateSession.open(file, command: "test")
        for (id, item) in [("first", first), ("second", second)] {
            cloud.begin(id, item, parts: images[item.image.path]?.parts ?? [])
            try await session.record(.began(item), of: item.address)
            try await session.record(.requested(attempt: 1), of: item.address)
            try await session.record(.submitted(attempt: 1, taskID: id, expiration: nil), of: item.address)
        }
        try await session.close()
    }

    /// One `ferry apply`.
    private func apply(
        _ desired: [VolumeImport],
        in cloud: ScriptedCloud,
        lost: Set<String> = [],
        patience: Duration = .seconds(60),
        stop: StopSignal = StopSignal()
    ) async throws -> ExecutionSummary {
        let images = images
        let session = try await StateSession.open(file, command: "test")
        let recorded = await session.state
        let observed = try await WorldObserver(service: cloud, staging: cloud).observe(
            desired: desired,
            recorded: recorded,
            digests: { image in try #require(images[image.path]) }
        )
        var options = ExecutionOptions()
        options.shortestPoll = .milliseconds(1)
        options.longestPoll = .milliseconds(2)
        options.reconciliation = patience
        let executor = Executor(
            service: cloud,
            staging: cloud,
            session: session,
            digests: { image in
                guard !lost.contains(image.path), let digest = images[image.path] else { throw Gone() }
                return digest
            },
            options: options,
            clock: ContinuousClock(),
            stop: stop,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            report: { _ in }
        )
        let plan = Planner.plan(desired: desired, manifests: [], recorded: recorded, observed: observed)
        let summary = try await executor.apply(plan)
        try await session.close()
        return summary
    }

    private func manifestKey(_ item: VolumeImport) -> String {
        let marker = TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: 1)
        return item.staging.importManifestKey(marker)
    }

    @Test("an image that is gone: its conversion's parts stay, though the run never learns them from the image")
    func lostImage() async throws {
        let key = manifestKey(first)
        let cleaned = Mutex(0)
        let cloud = ScriptedCloud { cloud, number in
            // The second goes on until the first has long been cleaned up.
            if number > 3 { cloud.complete("first") }
            guard !cloud.keys.contains(key) else { return }
            if cleaned.withLock({
                $0 += 1; return $0 > 20
            }) {
                cloud.complete("second")
            }
        }
        try await begin(in: cloud)
        let summary = try await apply([first, second], in: cloud, lost: [second.image.path])
        #expect(summary.completed.count == 2)
        #expect(cloud.removedWhileNeeded == [])
        #expect(cloud.keys.contains(first.staging.key(ofPart: SHA256.digest(of: "shared"))))
        #expect(!cloud.keys.contains(first.staging.key(ofPart: SHA256.digest(of: "first"))))
    }

    @Test("what is forgotten while it converts is followed to its end; then its parts go, and its volume stays")
    func forgotten() async throws {
        let key = manifestKey(first)
        let cleaned = Mutex(0)
        let cloud = ScriptedCloud { cloud, number in
            if number > 3 { cloud.complete("first") }
            guard !cloud.keys.contains(key) else { return }
            if cleaned.withLock({
                $0 += 1; return $0 > 20
            }) {
                cloud.complete("second")
            }
        }
        try await begin(in: cloud)
        let summary = try await apply([first], in: cloud)
        #expect(summary.completed == [first.address.description: "vol-of-first"])
        #expect(summary.forgotten == [second.address.description])
        #expect(cloud.hasEnded("second"))
        #expect(cloud.removedWhileNeeded == [])
        #expect(cloud.keys == [])
        #expect(try file.read()?.imports.keys.map(\.self) == [first.address])
    }

    @Test(
        "a run that stops meanwhile leaves the record: the next knows that there may be a conversion EC2 does not list"
    )
    func forgottenAcrossRuns() async throws {
        let stop = StopSignal()
        let phase = Mutex(1)
        let cloud = ScriptedCloud { cloud, number in
            switch phase.withLock({ $0 }) {
            case 1: if number > 5 { stop.request() }
            case 2: cloud.complete("first")
            default: cloud.complete("second")
            }
        }
        try await begin(in: cloud)
        let stopped = try await apply([first], in: cloud, stop: stop)
        #expect(Set(stopped.unfinished) == [first.address.description, second.address.description])
        #expect(try file.read()?.imports.count == 2)

        // A replica that lags far behind does not list it.
        phase.withLock { $0 = 2 }
        cloud.hide("second", true)
        let second = second.address.description
        let unlisted = try await apply([first], in: cloud, patience: .milliseconds(200))
        #expect(unlisted.completed.count == 1)
        #expect(cloud.removedWhileNeeded == [])
        // EC2 has not listed it for as long as ferry is patient: it is taken for over, and its parts stay.
        #expect(unlisted.forgotten == [second])
        #expect(!cloud.hasEnded("second"))
        #expect(cloud.keys.contains(first.staging.key(ofPart: SHA256.digest(of: "shared"))))
    }

    @Test("a lost answer is not taken for that of an earlier task of which the state knows nothing")
    func attemptOfItsOwn() async throws {
        let cloud = ScriptedCloud(imports: .doneUnanswered) { cloud, _ in cloud.complete("task-1") }
        cloud.begin("earlier", first, parts: [])
        cloud.cancel("earlier")
        let summary = try await apply([first], in: cloud, patience: .milliseconds(50))
        #expect(summary.completed == [first.address.description: "vol-of-task-1"], "\(summary.failed)")
        #expect(cloud.descriptions.map { $0.suffix(3) } == [":1]", ":2]"])
        #expect(try file.read()?.imports[first.address]?.attempts == 2)
    }

    @Test("an import that another took the place of is forgotten when the earlier conversion has ended too")
    func superseded() async throws {
        let cloud = ScriptedCloud { cloud, number in
            if number > 3 { cloud.complete("second") }
            if number > 20 { cloud.complete("first") }
        }
        // The address stood for the first image, and now for the second.
        var changed = second
        changed.address = first.address
        let session = try await StateSession.open(file, command: "test")
        for (id, item) in [("first", first), ("second", changed)] {
            cloud.begin(id, item, parts: images[item.image.path]?.parts ?? [])
            let attempt = await session.state.imports[item.address].map { $0.attempts + 1 } ?? 1
            try await session.record(.began(item), of: item.address)
            try await session.record(.requested(attempt: attempt), of: item.address)
            try await session.record(.submitted(attempt: attempt, taskID: id, expiration: nil), of: item.address)
        }
        try await session.close()
        let summary = try await apply([], in: cloud)
        #expect(summary.forgotten == [first.address.description])
        #expect(cloud.hasEnded("first"))
        #expect(cloud.removedWhileNeeded == [])
        #expect(try file.read()?.imports.isEmpty == true)
    }

    @Test("once a superseded conversion is known to have ended, parts are removed, though EC2 lists it no longer")
    func endOfSuperseded() async throws {
        let done = Mutex(false)
        let cloud = ScriptedCloud { cloud, _ in
            cloud.complete("second")
            if done.withLock({ $0 }) { cloud.hide("first", true) }
        }
        var changed = second
        changed.address = first.address
        let session = try await StateSession.open(file, command: "test")
        for (attempt, id, item) in [(1, "first", first), (2, "second", changed)] {
            cloud.begin(id, item, parts: images[item.image.path]?.parts ?? [])
            try await session.record(.began(item), of: item.address)
            try await session.record(.requested(attempt: attempt), of: item.address)
            try await session.record(.submitted(attempt: attempt, taskID: id, expiration: nil), of: item.address)
        }
        try await session.close()
        cloud.complete("first")
        // Its own end is recorded where it is seen first, and names the volume.
        #expect(try await apply([changed], in: cloud).completed.count == 1)
        #expect(try file.read()?.imports[first.address]?.superseded.map(\.volumeID) == ["vol-of-first"])
        // In a later run nothing is taken for under way.
        done.withLock { $0 = true }
        let state = try #require(try file.read())
        let others = OtherConversions(than: [], state: state, listed: try await cloud.conversions(ids: nil))
        #expect(!others.hasUnlisted)
        #expect(cloud.keys.filter { $0.contains("/parts/") } == [first.staging.key(ofPart: SHA256.digest(of: "first"))])
    }
}
