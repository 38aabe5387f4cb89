import DiskImages
import EC2Types
import Hashing
import Migration
import StateStore
import Testing

@testable import Execution

@Suite("Settling")
struct ImportSettlerTests {
    private let digest = RunFixture.digest("a", "b")

    private func record(_ item: VolumeImport) -> ImportRecord {
        var record = ImportRecord(subject: item, attempts: 1, updated: 0)
        record.phase = .completed(Conversion(taskID: "db", attempt: 1), volumeID: "vol-1")
        return record
    }

    private func settler(_ run: RunFixture, _ item: VolumeImport) async throws -> ImportSettler<ContinuousClock> {
        let groups = RunFixture.group(.wait, item, state: await run.session.state)
        let digest = try #require(digest)
        let staged = RunFixture.staged(item, digest)
        return ImportSettler(desired: item, staged: staged, context: try await run.context(for: groups))
    }

    @Test("a volume gets ferry's tags and the migration manifest's; a refusal is a failure that names it")
    func tags() async throws {
        var item = RunFixture.item("db", digest)
        item.tags = ["tier": "db"]
        let run = try await RunFixture()
        let settler = try await settler(run, item)
        #expect(try await settler.tag("vol-1", record(item)) == .tagged)
        #expect(run.cloud.tags(of: "vol-1")?["tier"] == "db")
        #expect(run.cloud.tags(of: "vol-1")?["ferry:address"] == "fleet/db@us-east-1a")
        run.cloud.refuseTags()
        #expect(
            try await settler.tag("vol-1", record(item))
                == .failed("volume vol-1 exists, but cannot be tagged: not permitted")
        )
        try await run.session.close()
    }

    @Test("cleaning removes the import manifest and the parts that nobody else needs")
    func cleaning() async throws {
        let digest = try #require(digest)
        let item = RunFixture.item("db", digest)
        let run = try await RunFixture()
        run.cloud.begin("db", item, parts: digest.parts)
        run.cloud.complete("db")
        let settler = try await settler(run, item)
        let references = settler.context.references.parts(of: item.staging)
        await references.retain(Set(digest.parts), by: 1)
        await references.retain([digest.parts[0]], by: 1)
        #expect(await settler.clean(record(item), attempts: 1, isForgotten: false) == .cleaned)
        #expect(run.cloud.keys == [item.staging.key(ofPart: digest.parts[0])])
        try await run.session.close()
    }

    @Test("a bucket that is gone is in the way of an import that stays, not of one that is forgotten")
    func goneBucket() async throws {
        let item = RunFixture.item("db", digest)
        let run = try await RunFixture()
        run.cloud.close("bucket", "NoSuchBucket")
        let settler = try await settler(run, item)
        #expect(await settler.clean(record(item), attempts: 1, isForgotten: true) == .cleaned)
        guard case .cleaningFailed(let message) = await settler.clean(record(item), attempts: 1, isForgotten: false)
        else {
            Issue.record("it counts as cleaned")
            return
        }
        #expect(message.contains("NoSuchBucket"))
        run.cloud.close("bucket", "AccessDenied")
        let denied = try await self.settler(run, item)
        guard case .cleaningFailed = await denied.clean(record(item), attempts: 1, isForgotten: true) else {
            Issue.record("a bucket that is denied counts as cleaned")
            return
        }
        try await run.session.close()
    }
}
