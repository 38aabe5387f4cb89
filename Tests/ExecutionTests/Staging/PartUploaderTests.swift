import DiskImages
import Hashing
import Migration
import StateStore
import Testing

@testable import Execution

@Suite("Uploads of parts")
struct PartUploaderTests {
    private let digest = RunFixture.digest("a", "b", "a", "c")

    @Test("each missing part is uploaded once, however often the image has it")
    func missing() async throws {
        let digest = try #require(digest)
        let item = RunFixture.item("db", digest)
        let run = try await RunFixture()
        run.cloud.begin("other", item, parts: [SHA256.digest(of: "b")])
        run.cloud.cancel("other")
        let groups = RunFixture.group(.create, item, state: await run.session.state)
        let context = try await run.context(for: groups)
        let staged = RunFixture.staged(item, digest)
        let references = context.references.parts(of: item.staging)
        await references.retain(Set(digest.parts), by: 1)
        try await PartUploader(context: context).upload(staged, for: groups[0], references: references)
        #expect(run.cloud.uploads.sorted() == ["a", "c"].map { SHA256.digest(of: $0).hex }.sorted())
        #expect(run.events.count { $0.hasPrefix("partStaged") } == 2)
        #expect(run.events.first?.contains("parts: 4, partsPresent: 1") == true, "\(run.events)")
        #expect(run.events.last?.hasPrefix("staged") == true)
        try await run.session.close()
    }

    @Test("a run that stops uploads no more, and a refused part ends the upload")
    func ends() async throws {
        let digest = try #require(digest)
        let item = RunFixture.item("db", digest)
        let run = try await RunFixture()
        let groups = RunFixture.group(.create, item, state: await run.session.state)
        let context = try await run.context(for: groups)
        let staged = RunFixture.staged(item, digest)
        let references = context.references.parts(of: item.staging)
        run.cloud.close("bucket", "AccessDenied")
        let error = await #expect(throws: ServiceError.self) {
            try await PartUploader(context: context).upload(staged, for: groups[0], references: references)
        }
        #expect(error?.code == "AccessDenied")
        run.stop.request()
        await #expect(throws: CancellationError.self) {
            try await PartUploader(context: context).upload(staged, for: groups[0], references: references)
        }
        #expect(run.cloud.uploads == [])
        try await run.session.close()
    }
}
