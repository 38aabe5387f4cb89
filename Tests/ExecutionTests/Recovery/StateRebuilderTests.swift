import EC2Types
import Execution
import Migration
import Testing

@Suite("State rebuilder")
struct StateRebuilderTests {
    private let clock = InstantClock()
    private let item = MachineSamples.subject

    private func rebuild(_ desired: [VolumeImport], in cloud: ScriptedCloud) async throws -> RebuiltState {
        let rebuilder = StateRebuilder(service: cloud, clock: clock, listConsistencyTimeout: .seconds(300))
        return try await rebuilder.rebuild(desired, recorded: nil, time: 7)
    }

    @Test("a task that EC2 lists late is waited for, and one that a lagging replica leaves out is not lost")
    func lag() async throws {
        var (late, early) = (item, item)
        late.address = ImportAddress(manifest: "fleet", image: "late", zone: "us-east-1a")
        early.address = ImportAddress(manifest: "fleet", image: "early", zone: "us-east-1a")
        let cloud = ScriptedCloud { cloud, number in
            cloud.hide("late", number == 1)
            cloud.hide("early", number > 1)
        }
        cloud.begin("late", late, parts: [])
        cloud.begin("early", early, parts: [])
        let found = try await rebuild([late, early], in: cloud)
        #expect(found.imports.mapValues(\.phase.taskID) == [late.address: "late", early.address: "early"])
        #expect(clock.now.elapsed == .seconds(300))
    }

    @Test("an import without tasks and volumes is missing")
    func missing() async throws {
        let found = try await rebuild([item], in: ScriptedCloud { _, _ in })
        #expect(found.imports.isEmpty)
        #expect(found.missing == [item.address])
    }
}
