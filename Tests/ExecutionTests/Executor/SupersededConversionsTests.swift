import DiskImages
import Hashing
import Migration
import Synchronization
import Testing

@testable import Execution
@testable import StateStore

/// The end of a conversion that another import takes the place of is in the state before EC2 forgets its task: until then no
/// part may be removed.
@Suite("Superseded conversions")
struct SupersededConversionsTests {
    private let runs: TwoImports
    private let first: VolumeImport
    private let second: VolumeImport
    private var edited: VolumeImport {
        var edited = first
        edited.volumeSize = 2
        return edited
    }

    init() throws {
        runs = try TwoImports()
        (first, second) = (runs.first, runs.second)
    }

    /// Only the first converts.
    private func begin(in cloud: ScriptedCloud) async throws {
        try await runs.begin(in: cloud)
        cloud.cancel("second")
        let session = try await StateSession.open(runs.file, command: "test", lineage: { "lineage" })
        try await session.record(.failed(taskID: "second", message: "x"), of: second.address)
        try await session.record(.forgotten, of: second.address)
        try await session.close()
    }

    private func superseded() throws -> [SupersededImport]? { try runs.file.read()?.imports[first.address]?.superseded }

    /// Whether a later run may remove parts though EC2 lists nothing any more.
    private func mayRemoveParts() throws -> Bool {
        let state = try #require(try runs.file.read())
        return !UntrackedTasks(besides: [], state: state, listed: []).hasUnlisted
    }

    @Test("a task that EC2 lists no more is given up by --recreate-missing, for good")
    func recreated() async throws {
        let cloud = ScriptedCloud(answer: .task) { cloud, _ in
            cloud.tasks.filter { $0.hasPrefix("import-") }.forEach(cloud.complete)
        }
        try await begin(in: cloud)
        cloud.hide("first", true)
        let choices = PlanOptions(recreatesMissing: true)
        #expect(
            try await runs.apply([first], in: cloud, listConsistency: 0, choices: choices)
                .isComplete
        )
        #expect(try superseded() == [])
        #expect(try mayRemoveParts())
    }

    @Test("a task that EC2 cancelled while ferry was off is not superseded by the retry")
    func retried() async throws {
        let cloud = ScriptedCloud(answer: .task) { cloud, _ in
            cloud.tasks.filter { $0.hasPrefix("import-") }.forEach(cloud.complete)
        }
        try await begin(in: cloud)
        cloud.cancel("first")
        #expect(try await runs.apply([first], in: cloud).isComplete)
        #expect(try superseded() == [])
    }

    @Test("an end that comes in the run of the replacement is recorded in it", arguments: [false, true])
    func replaced(isCancelled: Bool) async throws {
        let cloud = ScriptedCloud(answer: .task) { cloud, number in
            guard number > 3 else { return }
            if isCancelled { cloud.cancel("first") } else { cloud.complete("first") }
            if number > 20 { cloud.tasks.filter { $0.hasPrefix("import-") }.forEach(cloud.complete) }
        }
        try await begin(in: cloud)
        #expect(try await runs.apply([edited], in: cloud).isComplete)
        #expect(try superseded()?.map(\.volumeID) == (isCancelled ? [] : ["vol-of-first"]))
        #expect(try mayRemoveParts())
    }

    @Test("a conversion whose place an adopted one takes is followed too, and keeps its parts")
    func adopted() async throws {
        let key = runs.manifestKey(first)
        let cloud = ScriptedCloud { cloud, number in
            // The one that is wanted again ends first, and all that it needs no more is cleaned up.
            if number > 3 { cloud.complete("first") }
            if !cloud.keys.contains(key), number > 20 { cloud.complete("edited") }
            if number > 40 { cloud.complete("second") }
        }
        try await runs.begin(in: cloud)
        cloud.begin("edited", edited, attempt: 2, parts: runs.images[first.image.path]?.parts ?? [])
        let session = try await StateSession.open(runs.file, command: "test", lineage: { "lineage" })
        try await session.record(.began(edited), of: first.address)
        try await session.record(.requested(attempt: 2), of: first.address)
        try await session.record(.submitted(attempt: 2, taskID: "edited", expiration: nil), of: first.address)
        try await session.close()
        let summary = try await runs.apply([first, second], in: cloud)
        #expect(summary.isComplete, "\(summary)")
        #expect(cloud.removedWhileNeeded == [])
        #expect(try superseded()?.map(\.volumeID) == ["vol-of-edited"])
    }
}
