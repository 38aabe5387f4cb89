import DiskImages
import EC2Types
import Execution
import Hashing
import Migration
import StateStore
import Testing

@Suite("State refresher")
struct StateRefresherTests {
    private let runs: TwoImports

    init() throws {
        runs = try TwoImports()
    }

    private func plan(_ items: [VolumeImport]) -> Plan {
        let changes = items.map { Change(address: $0.address, action: .create, reasons: [], desired: $0) }
        return Plan(lineage: "lineage", serial: 0, manifests: [], changes: changes, unmarkedTasks: 0)
    }

    private func digest(_ image: SourceImage) throws -> ImageDigest {
        try #require(runs.images[image.path])
    }

    @Test("a part that two images share is uploaded once; a staged part is not uploaded")
    func uploads() async throws {
        let cloud = ScriptedCloud { _, _ in }
        let refresher = StateRefresher(service: cloud, staging: cloud)
        let plan = plan([runs.first, runs.second])
        let size = Int64(ImageParts.size)
        let empty = try await refresher.measuringUploads(of: plan) { try digest($0) }
        #expect(empty.changes.map(\.upload) == [2 * size, size])

        cloud.begin("task", runs.first, parts: [SHA256.digest(of: "first")])
        let partial = try await refresher.measuringUploads(of: plan) { try digest($0) }
        #expect(partial.changes.map(\.upload) == [size, size])
    }

    @Test("the upload of an image whose parts are unknown is not measured")
    func unknownParts() async throws {
        let cloud = ScriptedCloud { _, _ in }
        let measured = try await StateRefresher(service: cloud, staging: cloud)
            .measuringUploads(of: plan([runs.first])) { _ in nil }
        #expect(measured.changes.map(\.upload) == [nil])
    }

    @Test("the missing parts of an active import are counted")
    func missingParts() async throws {
        let cloud = ScriptedCloud { _, _ in }
        try await runs.begin(in: cloud)
        let state = try #require(try runs.file.read())
        let refresher = StateRefresher(service: cloud, staging: cloud)
        let items = [runs.first, runs.second]
        let whole = try await refresher.observe(desired: items, recorded: state) { try digest($0) }
        #expect(whole.missingParts.isEmpty)
        #expect(whole.tasks.map(\.id) == ["first", "second"])

        try await cloud.deleteObject(
            key: runs.first.staging.key(ofPart: SHA256.digest(of: "first")),
            in: runs.first.staging
        )
        let partial = try await refresher.observe(desired: items, recorded: state) { try digest($0) }
        #expect(partial.missingParts == [runs.first.address: 1])
    }
}
