import DiskImages
import Hashing
import Migration
import StateStore
import Testing

@testable import Execution

@Suite("Staging of images")
struct ImageStagerTests {
    private let digest = RunFixture.digest("a", "b")

    @Test("the beginning is recorded before the first part is uploaded, for each zone")
    func staging() async throws {
        let digest = try #require(digest)
        let items = ["us-east-1a", "us-east-1b"].map { RunFixture.item("db", digest, zone: $0) }
        let run = try await RunFixture(images: ["db.raw": digest])
        let groups = RunFixture.group(.create, items[0], items[1], state: await run.session.state)
        let context = try await run.context(for: groups)
        let staged = try #require(try await ImageStager(context).stage(groups[0]))
        #expect(staged.parts == digest.parts && staged.bytes == digest.bytes)
        #expect(Set(run.cloud.uploads) == Set(digest.parts.map(\.hex)))
        for item in items { #expect(await run.session[item.address]?.phase == .staging) }
        // Each import has a reference: the parts go with the last.
        let references = context.references.parts(of: items[0].staging)
        await references.release(Set(digest.parts))
        var removed = 0
        try await references.remove(digest.parts[0]) { () async throws(ServiceError) in removed += 1 }
        #expect(removed == 0)
        await references.release(Set(digest.parts))
        try await references.remove(digest.parts[0]) { () async throws(ServiceError) in removed += 1 }
        #expect(removed == 1)
        try await run.session.close()
    }

    @Test("an image that changed after the plan was made is not uploaded")
    func changed() async throws {
        let digest = try #require(digest)
        let run = try await RunFixture(images: ["db.raw": try #require(RunFixture.digest("other"))])
        let groups = RunFixture.group(.create, RunFixture.item("db", digest), state: await run.session.state)
        let context = try await run.context(for: groups)
        let error = await #expect(throws: ServiceError.self) { try await ImageStager(context).stage(groups[0]) }
        #expect(error?.description == "db.raw: the image changed after the plan was made; plan again")
        #expect(run.cloud.uploads == [])
        try await run.session.close()
    }

    @Test("an image that is gone fails an import that needs it, and no other", arguments: [Action.create, .wait])
    func gone(action: Action) async throws {
        let item = RunFixture.item("db", digest)
        let run = try await RunFixture()
        let groups = RunFixture.group(action, item, state: await run.session.state)
        let context = try await run.context(for: groups)
        if action == .create {
            await #expect(throws: ServiceError.self) { try await ImageStager(context).stage(groups[0]) }
        } else {
            let staged = try await ImageStager(context).stage(groups[0])
            #expect(staged?.path == nil)
        }
        try await run.session.close()
    }

    @Test("an object in S3 is staged where it is")
    func object() async throws {
        var item = RunFixture.item("db", digest)
        item.image.object = S3ObjectVersion(bucket: "exports", key: "db.raw", entityTag: "x", bytes: 7)
        item.image.path = "s3://exports/db.raw"
        let run = try await RunFixture()
        let groups = RunFixture.group(.create, item, state: await run.session.state)
        let staged = try await ImageStager(try await run.context(for: groups)).stage(groups[0])
        #expect(staged?.path == "s3://exports/db.raw")
        #expect(staged?.parts == [])
        #expect(run.cloud.uploads == [])
        try await run.session.close()
    }
}
