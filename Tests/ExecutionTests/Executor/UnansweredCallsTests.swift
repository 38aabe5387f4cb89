import DiskImages
import Hashing
import Migration
import Testing

@testable import EC2Types
@testable import Execution
@testable import StateStore

/// Runs that begin where an earlier one ended before it had EC2's answer to ImportVolume.
@Suite("Unanswered calls")
struct UnansweredCallsTests {
    private let runs: TwoImports
    private let first: VolumeImport
    private let second: VolumeImport

    init() throws {
        runs = try TwoImports()
        (first, second) = (runs.first, runs.second)
    }

    /// Journals the intent to call, as the end of a killed run.
    private func request(_ items: [VolumeImport]) async throws {
        let session = try await StateSession.open(runs.file, command: "test", lineage: { "lineage" })
        for item in items {
            try await session.record(.began(item), of: item.address)
            try await session.record(.requested(attempt: 1), of: item.address)
        }
        try await session.close()
    }

    @Test("a task that is found is followed, and nothing of it stays in the staging")
    func found() async throws {
        let cloud = ScriptedCloud { cloud, number in
            if number > 4 { for id in ["first", "second"] { cloud.complete(id) } }
        }
        for (id, item) in [("first", first), ("second", second)] {
            cloud.begin(id, item, parts: runs.images[item.image.path]?.parts ?? [])
        }
        try await request([first, second])
        let summary = try await runs.apply([first, second], in: cloud)
        #expect(summary.completed.count == 2, "\(summary)")
        #expect(cloud.tasks == ["first", "second"])
        #expect(cloud.removedWhileNeeded == [])
        #expect(cloud.keys == [])
    }

    @Test("the import manifest of a call that EC2 never received is removed, and the import is called again")
    func notReceived() async throws {
        let cloud = ScriptedCloud(answer: .task) { cloud, _ in
            for id in cloud.tasks { cloud.complete(id) }
        }
        let key = runs.manifestKey(first)
        _ = try await cloud.putObject([], key: key, contentType: "application/xml", in: first.staging)
        try await request([first])
        let summary = try await runs.apply([first], in: cloud, listConsistency: 0)
        #expect(summary.completed.count == 1, "\(summary)")
        #expect(cloud.markers.map(\.attempt) == [2])
        #expect(cloud.keys == [])
    }

    @Test("a task is adopted only after the task of an unanswered call is known, and nothing that it needs is removed")
    func adopting() async throws {
        var edited = first
        edited.volumeSize = 2
        let cloud = ScriptedCloud { cloud, number in
            // A replica of EC2 shows the newer task late.
            cloud.hide("edited", number < 4)
            if number > 8 { cloud.complete("edited") }
            if number > 16 { cloud.complete("first") }
        }
        cloud.begin("first", first, parts: runs.images[first.image.path]?.parts ?? [])
        cloud.begin("edited", edited, attempt: 2, parts: runs.images[first.image.path]?.parts ?? [])
        let session = try await StateSession.open(runs.file, command: "test", lineage: { "lineage" })
        try await session.record(.began(edited), of: first.address)
        // An earlier attempt was abandoned.
        try await session.record(.requested(attempt: 1), of: first.address)
        try await session.record(.abandoned(attempt: 1, reason: "none"), of: first.address)
        try await session.record(.requested(attempt: 2), of: first.address)
        try await session.close()
        // The edit is taken back.
        let summary = try await runs.apply([first], in: cloud)
        #expect(summary.completed.count == 1, "\(summary)")
        #expect(cloud.tasks == ["first", "edited"])
        #expect(cloud.removedWhileNeeded == [])
        let record = try #require(try runs.file.read()?.imports[first.address])
        #expect(record.phase.volumeID == "vol-of-first")
        #expect(record.superseded.map(\.taskID) == ["edited"])
        #expect(record.superseded.map(\.volumeID) == ["vol-of-edited"])
    }
}
