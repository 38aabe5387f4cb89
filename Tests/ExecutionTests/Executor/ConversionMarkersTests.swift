import Hashing
import Migration
import Testing

@testable import EC2Types
@testable import Execution
@testable import StateStore

/// A conversion is known by the marker of its own task, which is not always that of the last attempt.
@Suite("Markers of conversions")
struct ConversionMarkersTests {
    private let runs: TwoImports
    private let first: VolumeImport
    private let second: VolumeImport

    init() throws {
        runs = try TwoImports()
        (first, second) = (runs.first, runs.second)
    }

    /// The first image converts, is edited, and is edited back while its conversion is under way.
    private func editBack(in cloud: ScriptedCloud) async throws {
        try await runs.begin(in: cloud)
        var edited = first
        edited.volumeSize = 2
        cloud.begin("edited", edited, attempt: 2, parts: [])
        cloud.cancel("edited")
        let session = try await StateSession.open(runs.file, command: "test", lineage: { "lineage" })
        try await session.record(.began(edited), of: first.address)
        try await session.record(.requested(attempt: 2), of: first.address)
        try await session.record(.submitted(attempt: 2, taskID: "edited", expiration: nil), of: first.address)
        try await session.record(.adopted(first, attempt: 1, taskID: "first", expiration: nil), of: first.address)
        try await session.close()
    }

    @Test("what a task of an earlier attempt needs stays, though later ones were made and its image is gone")
    func earlierAttempt() async throws {
        let key = runs.manifestKey(second)
        let cloud = ScriptedCloud { cloud, number in
            if number > 3 { cloud.complete("second") }
            if !cloud.keys.contains(key), number > 20 { cloud.complete("first") }
        }
        try await editBack(in: cloud)
        let summary = try await runs.apply([first, second], in: cloud, lost: [first.image.path])
        #expect(summary.completed.count == 2, "\(summary.failed)")
        #expect(cloud.removedWhileNeeded == [])
        // Its own import manifest is removed.
        #expect(!cloud.keys.contains(runs.manifestKey(first)))
        #expect(cloud.keys.contains(first.staging.key(ofPart: SHA256.digest(of: "first"))))
    }

    @Test("an unlisted task is known by its recorded attempt; without one, what it needs cannot be told")
    func unlisted() async throws {
        let cloud = ScriptedCloud { _, _ in }
        try await editBack(in: cloud)
        var state = try #require(try runs.file.read())
        let change = Change(address: first.address, action: .wait, reasons: [], desired: first)
        let plan = Plan(lineage: nil, serial: 0, manifests: [], changes: [change], unmarkedTasks: 0)
        func continued() -> ResumedTasks {
            ResumedTasks(of: ImageGroup.groups(of: plan, state: state), state: state, listed: [:])
        }
        #expect(continued().markers.values.map(\.attempt) == [1])
        #expect(!continued().hasUnknown)
        // As states of before have it.
        var record = try #require(state.imports[first.address])
        record.phase = .converting(Conversion(taskID: "first"))
        state = MigrationState(lineage: "x", imports: [first.address: record])
        #expect(continued().markers.isEmpty)
        #expect(continued().hasUnknown)
    }

    @Test("attempts are counted on from what anybody wrote into a description, and end at the highest")
    func highestAttempt() async throws {
        for (attempt, isCounted) in [(Int.max, false), (TaskMarker.highestAttempt, true)] {
            let cloud = ScriptedCloud(answer: .task) { cloud, _ in cloud.complete("import-1") }
            cloud.begin("somebody's", first, attempt: attempt, parts: [])
            cloud.cancel("somebody's")
            let summary = try await runs.apply([first], in: cloud)
            let failure = summary.failed.values.first
            #expect((failure?.contains("attempt 1000000000") ?? false) == isCounted, "\(summary)")
            #expect(summary.completed.isEmpty == isCounted)
            let session = try await StateSession.open(runs.file, command: "test", lineage: { "lineage" })
            try await session.record(.forgotten, of: first.address)
            try await session.close()
        }
    }

    @Test("a task is adopted with the attempt that EC2 tells, and not at all while EC2 does not list it")
    func adoption() async throws {
        let cloud = ScriptedCloud { _, _ in }
        cloud.begin("first", first, attempt: 7, parts: [])
        let hidden = try await runs.apply([first], in: cloud, afterPlan: { cloud.hide("first", true) })
        #expect(hidden.failed.values.first?.contains("does not list task first") == true)
        #expect(try runs.file.read()?.imports[first.address] == nil)
        cloud.hide("first", false)
        let adopted = try await runs.apply([first], in: cloud, afterPlan: { cloud.complete("first") })
        #expect(adopted.completed == [first.address.description: "vol-of-first"])
        #expect(try runs.file.read()?.imports[first.address]?.phase.conversion?.attempt == 7)
    }
}
