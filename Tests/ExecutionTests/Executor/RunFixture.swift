import DiskImages
import Hashing
import Logging
import Migration
import Synchronization
import TestSupport

@testable import EC2Types
@testable import Execution
@testable import StateStore

/// What the pieces of the executor work with, for tests of one piece: a state on disk, a scripted cloud, and images whose
/// parts are told.
final class RunFixture: Sendable {
    let folder: TemporaryDirectory
    let session: StateSession
    let cloud: ScriptedCloud
    let objects = ScriptedObjects()
    let stop = StopSignal()
    /// The digests by path. An image without one is gone.
    let images: [String: ImageDigest]
    private let reported = Mutex<[MigrationEvent]>([])

    /// The events, in words.
    var events: [String] { reported.withLock { $0.map { "\($0)" } } }

    init(_ cloud: ScriptedCloud = ScriptedCloud { _, _ in }, images: [String: ImageDigest] = [:]) async throws {
        self.cloud = cloud
        self.images = images
        folder = try TemporaryDirectory()
        session = try await StateSession.open(
            StateFile(path: folder.path("ferry.state.json")),
            command: "test",
            lineage: { "lineage" }
        )
    }

    /// An image of parts that are named.
    static func digest(_ parts: String...) -> ImageDigest? {
        ImageDigest(bytes: Int64(parts.count * ImageParts.size), parts: parts.map { SHA256.digest(of: $0) })
    }

    /// An import of an image that the fixture has.
    static func item(_ name: String, _ digest: ImageDigest?, zone: String = "us-east-1a") -> VolumeImport {
        let bytes = digest?.bytes ?? 1
        return VolumeImport(
            address: ImportAddress(manifest: "fleet", image: name, zone: zone),
            region: "us-east-1",
            zone: zone,
            image: SourceImage(
                path: "\(name).raw",
                format: .raw,
                bytes: bytes,
                virtualSize: bytes,
                digest: digest?.digest ?? SHA256.digest(of: name)
            ),
            volumeSize: 1,
            staging: StagingLocation(bucket: "bucket", prefix: "ferry/", lineage: "lineage")
        )
    }

    /// The image of an import, staged.
    static func staged(_ item: VolumeImport, _ digest: ImageDigest) -> StagedImage {
        StagedImage(
            image: item.image,
            location: item.staging,
            path: item.image.path,
            bytes: digest.bytes,
            parts: digest.parts
        )
    }

    static func group(_ action: Action, _ items: VolumeImport..., state: MigrationState) -> [ImageGroup] {
        TaskSamples.groups(
            state,
            items.map { Change(address: $0.address, action: action, reasons: [], desired: $0) }
        )
    }

    /// What a run with these groups shares.
    func context(for groups: [ImageGroup]) async throws -> RunContext<ContinuousClock> {
        var options = ExecutionOptions()
        options.uploads = 2
        options.shortestPoll = .milliseconds(1)
        options.longestPoll = .milliseconds(2)
        options.times = ConsistencyTimes(signatureValidity: 3, listConsistency: 0, taskRetention: 100_000)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let environment = ExecutionEnvironment(
            service: cloud,
            staging: cloud,
            claims: cloud,
            session: session,
            digests: { [images] image in
                guard let digest = images[image.path] else {
                    throw ServiceError(outcome: .rejected, description: "\(image.path): no such file")
                }
                return digest
            },
            repackager: nil,
            objects: objects,
            options: options,
            stop: stop,
            logger: logger,
            report: { [self] event in reported.withLock { $0.append(event) } }
        )
        let listed = try await cloud.conversions(ids: nil)
        let tasks = ConversionTaskLedger(groups: groups, state: await session.state, listed: listed)
        let clock = ContinuousClock()
        let began = clock.now
        let state = await session.state
        let listing = SharedListing(
            service: cloud,
            clock: clock,
            addresses: Set(groups.flatMap(\.changes).map { TaskMarker.hash($0.address) })
        )
        await listing.start(began: began, tasks: listed, volumes: try await cloud.volumes(withTag: VolumeTags.address))
        return RunContext(
            environment: environment,
            clock: clock,
            monitor: ConversionMonitor(
                service: cloud,
                clock: ContinuousClock(),
                pace: .init(
                    shortest: options.shortestPoll,
                    longest: options.longestPoll,
                    listConsistencyTimeout: .milliseconds(20)
                ),
                stop: stop,
                logger: logger
            ),
            listing: listing,
            unconditionalBuckets: [],
            runBegan: began,
            groups: groups,
            state: state,
            references: await StagingReferenceCounts.open(for: groups, tasks: tasks, staging: cloud),
            tasks: tasks
        )
    }
}
