import DiskImages
import Hashing
import Logging
import Migration
import TestSupport
import Testing

@testable import EC2Types
@testable import Execution
@testable import StateStore

/// Two imports whose images share a part, their state, and runs of `ferry apply` with them.
struct TwoImports {
    private struct Gone: Error {}

    private let folder: TemporaryDirectory
    let file: StateFile
    let first: VolumeImport
    let second: VolumeImport
    /// The digests by path.
    var images: [String: ImageDigest]

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
                    staging: StagingLocation(bucket: "bucket", prefix: "ferry/", lineage: "lineage")
                )
            )
        }
        self.images = images
        (first, second) = (imports[0], imports[1])
    }

    /// Lets both convert, by tasks of their names.
    func begin(in cloud: ScriptedCloud) async throws {
        let session = try await StateSession.open(file, command: "test", lineage: { "lineage" })
        for (id, item) in [("first", first), ("second", second)] {
            cloud.begin(id, item, parts: images[item.image.path]?.parts ?? [])
            try await session.record(.began(item), of: item.address)
            try await session.record(.requested(attempt: 1), of: item.address)
            try await session.record(.submitted(attempt: 1, taskID: id, expiration: nil), of: item.address)
        }
        try await session.close()
    }

    /// One `ferry apply`.
    func apply(
        _ desired: [VolumeImport],
        in cloud: ScriptedCloud,
        lost: Set<String> = [],
        listConsistency: Int64 = 60,
        stop: StopSignal = StopSignal(),
        choices: PlanOptions = PlanOptions(),
        afterPlan: () -> Void = {}
    ) async throws -> ExecutionSummary {
        let images = images
        let session = try await StateSession.open(file, command: "test", lineage: { "lineage" })
        let recorded = await session.state
        let observed = try await StateRefresher(service: cloud, staging: cloud).observe(
            desired: desired,
            recorded: recorded,
            digests: { image in try #require(images[image.path]) }
        )
        var options = ExecutionOptions()
        options.shortestPoll = .milliseconds(1)
        options.longestPoll = .milliseconds(2)
        options.times = ConsistencyTimes(
            signatureValidity: 1,
            listConsistency: listConsistency,
            taskRetention: 100_000
        )
        let executor = Executor(
            service: cloud,
            staging: cloud,
            claims: cloud,
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
        let plan = Planner.plan(
            desired: desired,
            manifests: [],
            recorded: recorded,
            observed: observed,
            options: choices
        )
        afterPlan()
        let summary = try await executor.apply(plan)
        try await session.close()
        return summary
    }

    /// The key of an attempt's import manifest.
    func manifestKey(_ item: VolumeImport, attempt: Int = 1) -> String {
        let marker = TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: attempt)
        return item.staging.importManifestKey(marker)
    }
}
