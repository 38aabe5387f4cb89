import DiskImages
import EC2Types
import Hashing
import Logging
import Migration
import Synchronization
import TestSupport
import Testing

@testable import Execution
@testable import StateStore

/// Runs that begin with conversions of earlier ones: mostly two imports whose images share a part.
@Suite("Conversions of earlier runs")
struct EarlierConversionsTests {
    private let runs: TwoImports
    private let file: StateFile
    private let first: VolumeImport
    private let second: VolumeImport
    private let images: [String: ImageDigest]

    init() throws {
        runs = try TwoImports()
        (file, first, second, images) = (runs.file, runs.first, runs.second, runs.images)
    }

    @Test("an image that is gone: its conversion's parts stay, though the run never learns them from the image")
    func lostImage() async throws {
        let key = runs.manifestKey(first)
        let cleaned = Mutex(0)
        let cloud = ScriptedCloud { cloud, number in
            // The second goes on until the first has long been cleaned up.
            if number > 3 { cloud.complete("first") }
            guard !cloud.keys.contains(key) else { return }
            if cleaned.withLock({
                $0 += 1; return $0 > 20
            }) {
                cloud.complete("second")
            }
        }
        try await runs.begin(in: cloud)
        let summary = try await runs.apply([first, second], in: cloud, lost: [second.image.path])
        #expect(summary.completed.count == 2)
        #expect(cloud.removedWhileNeeded == [])
        #expect(cloud.keys.contains(first.staging.key(ofPart: SHA256.digest(of: "shared"))))
        #expect(!cloud.keys.contains(first.staging.key(ofPart: SHA256.digest(of: "first"))))
    }

    @Test("what is forgotten while it converts is followed to its end; then its parts go, and its volume stays")
    func forgotten() async throws {
        let key = runs.manifestKey(first)
        let cleaned = Mutex(0)
        let cloud = ScriptedCloud { cloud, number in
            if number > 3 { cloud.complete("first") }
            guard !cloud.keys.contains(key) else { return }
            if cleaned.withLock({
                $0 += 1; return $0 > 20
            }) {
                cloud.complete("second")
            }
        }
        try await runs.begin(in: cloud)
        let summary = try await runs.apply([first], in: cloud)
        #expect(summary.completed == [first.address.description: "vol-of-first"])
        #expect(summary.forgotten == [second.address.description])
        #expect(cloud.hasEnded("second"))
        #expect(cloud.removedWhileNeeded == [])
        #expect(cloud.keys == [])
        #expect(try file.read()?.imports.keys.map(\.self) == [first.address])
    }

    @Test(
        "a run that stops meanwhile leaves the record: the next knows that there may be a conversion EC2 does not list"
    )
    func forgottenAcrossRuns() async throws {
        let stop = StopSignal()
        let phase = Mutex(1)
        let cloud = ScriptedCloud { cloud, number in
            switch phase.withLock({ $0 }) {
            case 1: if number > 5 { stop.request() }
            case 2: cloud.complete("first")
            default: cloud.complete("second")
            }
        }
        try await runs.begin(in: cloud)
        let stopped = try await runs.apply([first], in: cloud, stop: stop)
        #expect(Set(stopped.unfinished) == [first.address.description, second.address.description])
        #expect(try file.read()?.imports.count == 2)

        // A replica that lags far behind does not list it.
        phase.withLock { $0 = 2 }
        cloud.hide("second", true)
        let second = second.address.description
        let unlisted = try await runs.apply([first], in: cloud, listConsistency: 0)
        #expect(unlisted.completed.count == 1)
        #expect(cloud.removedWhileNeeded == [])
        // EC2 has not listed it for as long as ferry is patient, which proves nothing: the record stays, and its parts do.
        #expect(unlisted.failed[second]?.contains("not forgotten yet") == true)
        #expect(try file.read()?.imports[self.second.address]?.phase.taskID == "second")
        #expect(!cloud.hasEnded("second"))
        #expect(cloud.keys.contains(first.staging.key(ofPart: SHA256.digest(of: "shared"))))
    }

    @Test("a lost answer is not taken for that of an earlier task of which the state knows nothing")
    func attemptOfItsOwn() async throws {
        let cloud = ScriptedCloud(answer: .lost) { cloud, _ in cloud.complete("import-1") }
        cloud.begin("earlier", first, parts: [])
        cloud.cancel("earlier")
        let summary = try await runs.apply([first], in: cloud, listConsistency: 0)
        #expect(summary.completed == [first.address.description: "vol-of-import-1"], "\(summary.failed)")
        #expect(cloud.markers.map(\.attempt) == [1, 2])
        #expect(try file.read()?.imports[first.address]?.attempts == 2)
    }

    @Test("an import that another took the place of is forgotten when the earlier conversion has ended too")
    func superseded() async throws {
        let cloud = ScriptedCloud { cloud, number in
            if number > 3 { cloud.complete("second") }
            if number > 20 { cloud.complete("first") }
        }
        // The address stood for the first image, and now for the second.
        var changed = second
        changed.address = first.address
        let session = try await StateSession.open(file, command: "test", lineage: { "lineage" })
        for (id, item) in [("first", first), ("second", changed)] {
            cloud.begin(id, item, parts: images[item.image.path]?.parts ?? [])
            let attempt = await session.state.imports[item.address].map { $0.attempts + 1 } ?? 1
            try await session.record(.began(item), of: item.address)
            try await session.record(.requested(attempt: attempt), of: item.address)
            try await session.record(.submitted(attempt: attempt, taskID: id, expiration: nil), of: item.address)
        }
        try await session.close()
        let summary = try await runs.apply([], in: cloud)
        #expect(summary.forgotten == [first.address.description])
        #expect(cloud.hasEnded("first"))
        #expect(cloud.removedWhileNeeded == [])
        #expect(try file.read()?.imports.isEmpty == true)
    }

    @Test("once a superseded conversion is known to have ended, parts are removed, though EC2 lists it no longer")
    func endOfSuperseded() async throws {
        let done = Mutex(false)
        let cloud = ScriptedCloud { cloud, _ in
            cloud.complete("second")
            if done.withLock({ $0 }) { cloud.hide("first", true) }
        }
        var changed = second
        changed.address = first.address
        let session = try await StateSession.open(file, command: "test", lineage: { "lineage" })
        for (attempt, id, item) in [(1, "first", first), (2, "second", changed)] {
            cloud.begin(id, item, parts: images[item.image.path]?.parts ?? [])
            try await session.record(.began(item), of: item.address)
            try await session.record(.requested(attempt: attempt), of: item.address)
            try await session.record(.submitted(attempt: attempt, taskID: id, expiration: nil), of: item.address)
        }
        try await session.close()
        cloud.complete("first")
        // Its own end is recorded where it is seen first, and names the volume.
        #expect(try await runs.apply([changed], in: cloud).completed.count == 1)
        #expect(try file.read()?.imports[first.address]?.superseded.map(\.volumeID) == ["vol-of-first"])
        // In a later run nothing is taken for under way.
        done.withLock { $0 = true }
        let state = try #require(try file.read())
        let others = UntrackedTasks(besides: [], state: state, listed: try await cloud.conversions(ids: nil))
        #expect(!others.hasUnlisted)
        #expect(cloud.keys.filter { $0.contains("/parts/") } == [first.staging.key(ofPart: SHA256.digest(of: "first"))])
    }
}
