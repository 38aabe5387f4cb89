import Hashing
import Migration
import Testing

@testable import Execution
@testable import StateStore

@Suite("Reference counts of staging locations")
struct StagingReferenceCountsTests {
    @Test("a location that cannot be read fails alone")
    func unreadable() async throws {
        let digest = RunFixture.digest("a")
        let readable = RunFixture.item("db", digest)
        var closed = RunFixture.item("web", RunFixture.digest("b"))
        closed.staging = StagingLocation(bucket: "gone", prefix: "ferry/")
        let run = try await RunFixture()
        run.cloud.close("gone", "NoSuchBucket")
        let groups = RunFixture.group(.create, readable, closed, state: await run.session.state)
        #expect(groups.count == 2)
        let references = try await run.context(for: groups).references
        #expect(references.failures.mapValues(\.code) == [closed.staging: "NoSuchBucket"])
        #expect(await references.parts(of: closed.staging).missing(among: [SHA256.digest(of: "b")]).count == 1)
        #expect(references.mayRemoveParts)
        try await run.session.close()
    }

    @Test("what a conversion needs is kept until it is released, by its import manifest alone")
    func conversions() async throws {
        let part = SHA256.digest(of: "a")
        let item = RunFixture.item("db", RunFixture.digest("a"))
        let run = try await RunFixture()
        run.cloud.begin("db", item, parts: [part])
        try await run.session.record(.began(item), of: item.address)
        try await run.session.record(.requested(attempt: 1), of: item.address)
        try await run.session.record(.submitted(attempt: 1, taskID: "db", expiration: nil), of: item.address)
        let groups = RunFixture.group(.wait, item, state: await run.session.state)
        let references = try await run.context(for: groups).references
        let parts = references.parts(of: item.staging)
        var removed = 0
        try await parts.remove(part) { () async throws(ServiceError) in removed += 1 }
        #expect(removed == 0)
        await references.releaseConversion(of: item.address)
        await references.releaseConversion(of: item.address)
        try await parts.remove(part) { () async throws(ServiceError) in removed += 1 }
        #expect(removed == 1)
        try await run.session.close()
    }
}
