import DiskImages
import Hashing
import Migration
import Testing

@testable import Execution
@testable import StateStore

/// What is forgotten leaves nothing behind, and is not in the way of others.
@Suite("Forgotten imports")
struct ForgottenImportsTests {
    private var runs: TwoImports
    private let first: VolumeImport
    private let second: VolumeImport

    init() throws {
        runs = try TwoImports()
        (first, second) = (runs.first, runs.second)
    }

    private func record(_ steps: [StateEvent.Step], of item: VolumeImport) async throws {
        let session = try await StateSession.open(runs.file, command: "test", lineage: { "lineage" })
        for step in steps { try await session.record(step, of: item.address) }
        try await session.close()
    }

    @Test("an import under a new name is made of the file where it is now, not where it was under the old one")
    mutating func renamed() async throws {
        var renamed = first
        renamed.address = ImportAddress(manifest: "fleet", image: "other", zone: "us-east-1a")
        renamed.image.path = "moved.raw"
        runs.images["moved.raw"] = runs.images[first.image.path]
        try await record([.began(first), .failed(taskID: nil, message: "refused")], of: first)
        let cloud = ScriptedCloud(answer: .task) { cloud, _ in cloud.tasks.forEach(cloud.complete) }
        let summary = try await runs.apply([renamed], in: cloud, lost: [first.image.path])
        #expect(summary.completed.count == 1, "\(summary.failed)")
        #expect(summary.forgotten == [first.address.description])
        #expect(cloud.keys.isEmpty)
    }

    @Test("the parts of a call that never took effect are removed")
    func absent() async throws {
        let cloud = ScriptedCloud { _, _ in }
        cloud.begin("never", first, parts: runs.images[first.image.path]?.parts ?? [])
        cloud.cancel("never")
        cloud.hide("never", true)
        try await record([.began(first), .requested(attempt: 1)], of: first)
        let summary = try await runs.apply([], in: cloud, listConsistency: 0)
        #expect(summary.forgotten == [first.address.description], "\(summary)")
        #expect(cloud.keys.isEmpty)
    }

    @Test("an unlisted task is forgotten once it has expired, and what it took the place of is followed before")
    func expired() async throws {
        let cloud = ScriptedCloud { cloud, number in
            if number > 20 { cloud.complete("first") }
        }
        try await runs.begin(in: cloud)
        var edited = first
        edited.volumeSize = 2
        cloud.begin("edited", edited, attempt: 2, parts: [])
        cloud.hide("edited", true)
        let past = StateEvent.Step.submitted(attempt: 2, taskID: "edited", expiration: "2020-01-01T00:00Z")
        try await record([.began(edited), .requested(attempt: 2), past], of: edited)
        try await record([.failed(taskID: "second", message: "x"), .forgotten], of: second)
        let summary = try await runs.apply([], in: cloud, listConsistency: 0)
        #expect(summary.forgotten == [first.address.description], "\(summary)")
        #expect(cloud.hasEnded("first"))
    }

    @Test(
        "a bucket that cannot be read is in the way of what is staged there only",
        arguments: ["NoSuchBucket", "AccessDenied"]
    )
    func unreachable(code: String) async throws {
        var (forgotten, refused) = (first, first)
        forgotten.staging = StagingLocation(bucket: "old", prefix: "ferry/")
        refused.address = ImportAddress(manifest: "fleet", image: "refused", zone: "us-east-1a")
        refused.staging = forgotten.staging
        let cloud = ScriptedCloud(answer: .task) { cloud, _ in cloud.tasks.forEach(cloud.complete) }
        cloud.close("old", code)
        cloud.begin("converting", forgotten, parts: [])
        let submitted = StateEvent.Step.submitted(attempt: 1, taskID: "converting", expiration: nil)
        try await record([.began(forgotten), .requested(attempt: 1), submitted], of: forgotten)
        let summary = try await runs.apply([refused, second], in: cloud)
        #expect(summary.completed.keys.map(\.self) == [second.address.description], "\(summary)")
        #expect(summary.failed[refused.address.description] == "S3 says \(code)")
        // Where nothing can be left, nothing is kept for it.
        let isGone = code == "NoSuchBucket"
        #expect(summary.forgotten == (isGone ? [first.address.description] : []))
        #expect(summary.failed[first.address.description]?.contains("ferry state rm") == (isGone ? nil : true))
        let kept = try runs.file.read()?.imports[first.address]
        #expect(kept?.phase.name == (isGone ? nil : .completed))
    }

    @Test("what is converted is not staged with what is uploaded as it is")
    func conversions() async throws {
        var converted = first
        converted.address = ImportAddress(manifest: "fleet", image: "other", zone: "us-east-1a")
        converted.image.repackaging = .streamOptimized
        let changes = [first, converted].map { Change(address: $0.address, action: .create, reasons: [], desired: $0) }
        let plan = Plan(lineage: nil, serial: 0, manifests: [], changes: changes, unmarkedTasks: 0)
        let groups = ImageGroup.groups(of: plan, state: MigrationState(lineage: "x"))
        #expect(Set(groups.map(\.image.repackaging)) == [nil, .streamOptimized])
    }
}
