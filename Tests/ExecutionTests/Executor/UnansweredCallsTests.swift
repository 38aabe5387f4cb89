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
        let session = try await StateSession.open(runs.file, command: "test")
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
        try await cloud.putObject([], key: key, contentType: "application/xml", in: first.staging)
        try await request([first])
        let summary = try await runs.apply([first], in: cloud, listConsistencyTimeout: .milliseconds(20))
        #expect(summary.completed.count == 1, "\(summary)")
        #expect(cloud.markers.map(\.attempt) == [2])
        #expect(cloud.keys == [])
    }
}
