import DiskImages
import Hashing
import Migration
import Synchronization
import Testing

@testable import Execution

@Suite("Scratch files of a run")
struct RepackagingScratchTests {
    /// Notes which images' files are kept.
    private final class Files: ImageRepackager {
        private struct Unexpected: Error {}
        private let calls = Mutex<[[String]]>([])
        /// The images whose files each removal kept.
        var kept: [[String]] { calls.withLock { $0 } }

        func path(of image: SourceImage) -> String { image.path }
        func knownParts(of image: SourceImage) async throws -> ImageDigest? { nil }
        func repackage(
            _ image: SourceImage,
            began: @Sendable () -> Void,
            check: @escaping @Sendable () throws -> Void
        ) async throws -> ImageDigest { throw Unexpected() }
        func removeFile(of image: SourceImage) async throws { throw Unexpected() }
        func removeAll(but images: [SourceImage]) async throws {
            calls.withLock { $0.append(images.map(\.path).sorted()) }
        }
    }

    private static func item(_ name: String, isRepackaged: Bool = true) -> VolumeImport {
        VolumeImport(
            address: ImportAddress(manifest: "erp", image: name, zone: "us-east-1a"),
            region: "us-east-1",
            zone: "us-east-1a",
            image: SourceImage(
                path: name,
                format: .vmdk,
                bytes: 1,
                virtualSize: 1,
                digest: SHA256.digest(of: name),
                repackaging: isRepackaged ? .streamOptimized : nil
            ),
            volumeSize: 1,
            staging: StagingLocation(bucket: "bucket", prefix: "ferry/")
        )
    }

    private let files = Files()

    /// A run of three images, two of them repackaged, in a state with two imports of other images.
    private var scratch: RepackagingScratch {
        let changes = [Self.item("a"), Self.item("b"), Self.item("plain", isRepackaged: false)]
            .map { Change(address: $0.address, action: .create, reasons: [], desired: $0) }
        var records: [ImportAddress: ImportRecord] = [:]
        for (name, phase) in [
            ("staged", ImportPhase.staging), ("settled", .settled(Conversion(taskID: "task"), volumeID: "vol")),
        ] {
            let item = Self.item(name)
            var record = ImportRecord(subject: item, updated: 0)
            record.phase = phase
            records[item.address] = record
        }
        let state = MigrationState(lineage: "x", imports: records)
        let plan = Plan(lineage: nil, serial: 0, manifests: [], changes: changes, unmarkedTasks: 0)
        return RepackagingScratch(groups: ImageGroup.groups(of: plan, state: state), state: state, files: files)
    }

    @Test("at the start, the files of the run and of recorded imports that are not settled are kept")
    func stale() async throws {
        try await scratch.removeStale()
        #expect(files.kept == [["a", "b", "staged"]])
    }

    @Test("at the end, the files of settled imports are removed")
    func settled() async throws {
        try await scratch.removeSettled(completed: ["erp/a@us-east-1a": "vol-1"])
        try await scratch.removeSettled(completed: ["erp/a@us-east-1a": "vol-1", "erp/b@us-east-1a": "vol-2"])
        #expect(files.kept == [["b", "staged"], ["staged"]])
    }
}
