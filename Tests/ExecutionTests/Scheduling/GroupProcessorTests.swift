import DiskImages
import Migration
import Testing

@testable import Execution
@testable import StateStore

@Suite("Processing of groups")
struct GroupProcessorTests {
    private let digest = RunFixture.digest("a")

    @Test("an image that cannot be staged fails its imports, and their records keep what was done")
    func failedStaging() async throws {
        let item = RunFixture.item("db", digest)
        let run = try await RunFixture()
        let groups = RunFixture.group(.create, item, state: await run.session.state)
        let outcomes = try await GroupProcessor(try await run.context(for: groups)).process(groups[0])
        #expect(outcomes.map(\.end) == [.failed(message: "db.raw: no such file")])
        #expect(await run.session[item.address]?.phase == .staging)
        #expect(run.events.contains { $0.hasPrefix("failed") })
        try await run.session.close()
    }

    @Test("an import that converts already goes on, though its image cannot be staged for another zone")
    func converting() async throws {
        let digest = try #require(digest)
        let items = ["us-east-1a", "us-east-1b"].map { RunFixture.item("db", digest, zone: $0) }
        let run = try await RunFixture(ScriptedCloud { cloud, number in if number > 2 { cloud.complete("db") } })
        run.cloud.begin("db", items[0], parts: digest.parts)
        try await run.session.record(.began(items[0]), of: items[0].address)
        try await run.session.record(.requested(attempt: 1), of: items[0].address)
        try await run.session.record(.submitted(attempt: 1, taskID: "db", expiration: nil), of: items[0].address)
        let changes = [
            Change(address: items[0].address, action: .resume, reasons: [], desired: items[0]),
            Change(address: items[1].address, action: .create, reasons: [], desired: items[1]),
        ]
        let groups = TaskSamples.groups(await run.session.state, changes)
        let outcomes = try await GroupScheduler(try await run.context(for: groups)).run(groups)
        let ends = Dictionary(uniqueKeysWithValues: outcomes.map { ($0.address.zone, $0.end) })
        #expect(
            ends == [
                "us-east-1a": .completed(volumeID: "vol-of-db"), "us-east-1b": .failed(message: "db.raw: no such file"),
            ]
        )
        try await run.session.close()
    }

    @Test("a run that stops leaves what it has not begun unfinished")
    func stopping() async throws {
        let item = RunFixture.item("db", digest)
        let run = try await RunFixture()
        let groups = RunFixture.group(.create, item, state: await run.session.state)
        let context = try await run.context(for: groups)
        run.stop.request()
        #expect(try await GroupProcessor(context).process(groups[0]).map(\.end) == [.unfinished])
        #expect(await run.session[item.address] == nil)
        try await run.session.close()
    }
}
