import DiskImages
import Hashing
import Migration
import Testing

@testable import EC2Types
@testable import Execution

@Suite("A state that is rebuilt from markers and tags")
struct RebuiltStateTests {
    private static func item(_ name: String, content: String = "content") -> VolumeImport {
        VolumeImport(
            address: ImportAddress(manifest: "fleet", image: name, zone: "us-east-1a"),
            region: "us-east-1",
            zone: "us-east-1a",
            image: SourceImage(
                path: "\(name).raw",
                format: .raw,
                bytes: 1,
                virtualSize: 1,
                digest: SHA256.digest(of: content)
            ),
            volumeSize: 1,
            staging: StagingLocation(bucket: "bucket", prefix: "ferry/")
        )
    }

    private static func task(
        _ id: String,
        _ item: VolumeImport,
        attempt: Int = 1,
        _ state: ConversionTask.State,
        volume: String? = nil
    ) -> ConversionTask {
        let marker = TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: attempt)
        return ConversionTask(
            id: id,
            state: state,
            statusMessage: state == .cancelled ? "no https://s3/x?X-Amz-Signature=1" : nil,
            marker: marker,
            volumeID: volume,
            expiration: TaskExpiration("2026-01-01T00:00Z")
        )
    }

    private static func volume(
        _ id: String,
        _ item: VolumeImport,
        created: String? = nil,
        task: String? = nil
    ) -> TaggedVolume {
        var tags = ["ferry:address": item.address.description, "ferry:fingerprint": item.fingerprint.hex]
        tags["ferry:task"] = task
        return TaggedVolume(id: id, created: created, tags: tags)
    }

    private let db = item("db")

    private func rebuilt(
        _ tasks: [ConversionTask],
        _ volumes: [TaggedVolume] = [],
        over recorded: MigrationState? = nil
    ) -> RebuiltState {
        RebuiltState(desired: [db], recorded: recorded, tasks: tasks, volumes: volumes, time: 7)
    }

    @Test("a tagged volume is settled, whether or not EC2 still lists its task")
    func settled() {
        let listed = rebuilt([Self.task("t", db, attempt: 3, .completed, volume: "v")], [Self.volume("v", db)])
        let record = listed.imports[db.address]
        #expect(record?.phase == .settled(Conversion(taskID: "t", attempt: 3), volumeID: "v"))
        #expect(record?.attempts == 3)
        #expect(record?.fingerprint == db.fingerprint)
        #expect(listed.unmatched == [] && listed.missing == [])
        let unlisted = rebuilt([], [Self.volume("v", db, task: "t")])
        #expect(unlisted.imports[db.address]?.phase == .settled(Conversion(taskID: "t"), volumeID: "v"))
        #expect(rebuilt([], [Self.volume("v", db)]).imports[db.address]?.phase.volumeID == "v")
    }

    @Test("a task under way is waited for, one that is done and whose volume has no tags is settled by the next apply")
    func underWay() {
        let conversion = Conversion(taskID: "t", expiration: "2026-01-01T00:00Z", attempt: 1)
        for state in [ConversionTask.State.active, .cancelling] {
            #expect(rebuilt([Self.task("t", db, state)]).imports[db.address]?.phase == .converting(conversion))
        }
        let done = rebuilt([Self.task("t", db, .completed, volume: "v")])
        #expect(done.imports[db.address]?.phase == .completed(conversion, volumeID: "v"))
        #expect(done.unmatched == [])
    }

    @Test("a volume that a run rejected, or may have rejected, is not taken for the import's")
    func rejected() throws {
        let task = Self.task("t", db, .completed, volume: "v")
        var volume = Self.volume("v", db)
        volume.tags["ferry:rejected"] = "the object changed"
        let conversion = Conversion(taskID: "t", expiration: "2026-01-01T00:00Z", attempt: 1)
        let phase = rebuilt([task], [volume]).imports[db.address]?.phase
        #expect(phase == .rejected(conversion, volumeID: "v", message: "the object changed"))
        // An object in S3 may have changed while EC2 read it: the next apply checks it before it tags the volume.
        var item = db
        let object = S3ObjectVersion(bucket: "exports", key: "db.raw", entityTag: "first", bytes: 1)
        item.image.object = object
        item.image.digest = object.digest
        let state = RebuiltState(
            desired: [item],
            recorded: nil,
            tasks: [Self.task("t", item, .completed, volume: "v")],
            volumes: [],
            time: 7
        )
        #expect(state.imports[db.address]?.phase == .converting(conversion))
    }

    @Test("of several attempts the live one counts, and the next attempt has a number of its own")
    func attempts() {
        let retried = rebuilt([
            Self.task("t3", db, attempt: 3, .cancelled), Self.task("t2", db, attempt: 2, .active),
            Self.task("t1", db, .cancelled),
        ])
        #expect(retried.imports[db.address]?.phase.taskID == "t2")
        #expect(retried.imports[db.address]?.attempts == 3)
        let failed = rebuilt([Self.task("t2", db, attempt: 2, .cancelled), Self.task("t1", db, .cancelled)])
        #expect(failed.imports[db.address]?.phase == .failed(taskID: "t2", message: "no https://s3/x?…"))
        #expect(failed.imports[db.address]?.attempts == 2)
    }

    @Test("what was made of other content is kept and named, and a plan would replace it")
    func otherContent() throws {
        let old = Self.item("db", content: "old")
        let older = Self.item("db", content: "older")
        let volumes = [
            Self.volume("v2", old, created: "2026-02-01T00:00:00Z"),
            Self.volume("v1", older, created: "2026-01-01T00:00:00Z"),
        ]
        let record = try #require(rebuilt([], volumes).imports[db.address])
        #expect(record.phase.volumeID == "v2" && record.fingerprint == old.fingerprint)
        #expect(record.superseded.map(\.volumeID) == ["v1"])
        let state = MigrationState(lineage: "x", imports: [db.address: record])
        let world = ObservedState(volumes: ["v1", "v2"])
        let plan = Planner.plan(desired: [db], manifests: [], recorded: state, observed: world)
        #expect(plan.changes.map(\.action) == [.replace])
        // Of a task under way the whole fingerprint is not known.
        let task = rebuilt([Self.task("t", old, .active)])
        #expect(task.missing == [db.address])
        #expect(task.unmatched.map(\.reason) == [.otherContent])
        #expect(task.unmatched.first?.address == "fleet/db@us-east-1a")
        // What the address stands for now comes first.
        let both = rebuilt([Self.task("t", db, .active)], volumes)
        #expect(both.imports[db.address]?.phase.taskID == "t")
        #expect(both.imports[db.address]?.superseded.map(\.volumeID) == ["v1", "v2"])
    }

    @Test(
        "a replacement of an unchanged image goes on, and what it takes the place of is kept",
        arguments: [ConversionTask.State.active, .completed],
        [true, false]
    )
    func replaced(state: ConversionTask.State, isListed: Bool) throws {
        let volumeID = state == .completed ? "v2" : nil
        let first = isListed ? [Self.task("t1", db, .completed, volume: "v1")] : []
        let second = Self.task("t2", db, attempt: 2, state, volume: volumeID)
        let found = rebuilt(first + [second], [Self.volume("v1", db, task: "t1")])
        let record = try #require(found.imports[db.address])
        #expect(record.phase.taskID == "t2" && record.phase.volumeID == volumeID && record.attempts == 2)
        #expect(record.superseded == [SupersededImport(fingerprint: db.fingerprint, taskID: "t1", volumeID: "v1")])
        #expect(found.unmatched == [])
        let plan = Planner.plan(
            desired: [db],
            manifests: [],
            recorded: MigrationState(lineage: "x", imports: found.records),
            observed: ObservedState(
                tasks: [
                    ConversionTask(
                        id: "t2",
                        state: state == .active ? .active : .completed,
                        marker: record.marker,
                        volumeID: volumeID
                    )
                ],
                volumes: ["v1", "v2"]
            )
        )
        #expect(plan.changes.map(\.action) == [.wait])
    }

    @Test("every task of the address that is under way is followed, and none is told as of another image")
    func severalLive() throws {
        let tasks = [
            Self.task("t1", db, .active), Self.task("t2", db, attempt: 2, .completed, volume: "v2"),
            Self.task("t3", db, attempt: 3, .completed, volume: "v3"),
        ]
        let found = rebuilt(tasks, [Self.volume("v3", db)])
        let record = try #require(found.imports[db.address])
        #expect(record.phase == .settled(Conversion(taskID: "t3", attempt: 3), volumeID: "v3"))
        #expect(record.superseded.map(\.taskID) == ["t1", "t2"])
        #expect(record.superseded.map(\.volumeID) == [nil, "v2"] && record.mayBeConverting)
        #expect(found.unmatched == [])
        let untagged = try #require(rebuilt(tasks).imports[db.address])
        #expect(untagged.phase.volumeID == "v3" && untagged.phase.name == .completed)
        #expect(untagged.superseded == record.superseded)
    }

    @Test("a volume whose tags do not tell what it was made of is told so, and is not of an unknown address")
    func unknownContent() {
        var volume = Self.volume("v1", db)
        volume.tags["ferry:fingerprint"] = "?"
        let found = rebuilt([], [volume])
        #expect(found.missing == [db.address])
        #expect(found.unmatched == [.init(reason: .unknownContent, volume: "v1", address: db.address.description)])
        #expect(found.unnamed == [])
    }

    @Test("what belongs to no import is told, once, and what was cancelled is not")
    func unmatched() {
        let web = Self.item("web")
        let found = rebuilt(
            [
                Self.task("t1", web, .completed, volume: "v1"), Self.task("t2", Self.item("x"), .active),
                Self.task("t3", Self.item("y"), .cancelled),
                ConversionTask(id: "t4", state: .active),
            ],
            [Self.volume("v1", web), Self.volume("v5", Self.item("z"))]
        )
        #expect(found.imports == [:] && found.missing == [db.address])
        #expect(
            found.unmatched == [
                .init(reason: .unknownAddress, task: "t2"),
                .init(reason: .unknownAddress, task: "t1", volume: "v1", address: "fleet/web@us-east-1a"),
                .init(reason: .unknownAddress, volume: "v5", address: "fleet/z@us-east-1a"),
            ]
        )
    }

    @Test(
        "what the replaced state says of imports that no migration manifest names is carried over, and not told as untied"
    )
    func carried() {
        let (web, app) = (Self.item("web"), Self.item("app"))
        var settled = ImportRecord(subject: web, attempts: 1, updated: 3)
        settled.phase = .settled(Conversion(taskID: "gone"), volumeID: "v1")
        var requested = ImportRecord(subject: app, attempts: 1, updated: 3)
        requested.phase = .requested
        let stale = ImportRecord(subject: db, updated: 3)
        let old = MigrationState(
            lineage: "x",
            imports: [web.address: settled, app.address: requested, db.address: stale]
        )
        let found = rebuilt(
            [Self.task("t", db, .active), Self.task("t2", app, .active)],
            [Self.volume("v1", web), Self.volume("v5", Self.item("z"))],
            over: old
        )
        #expect(found.carried == [web.address: settled, app.address: requested])
        #expect(found.imports.mapValues(\.phase.taskID) == [db.address: "t"])
        #expect(Set(found.records.keys) == [db.address, web.address, app.address])
        #expect(found.unmatched.map(\.volume) == ["v5"] && found.unnamed == found.unmatched)
        // Nothing is made a second time, though EC2 has forgotten the task of the one.
        let state = MigrationState(lineage: "x", imports: found.records)
        let plan = Planner.plan(
            desired: [web],
            manifests: [],
            recorded: state,
            observed: ObservedState(volumes: ["v1"])
        )
        #expect(plan.changes.first { $0.address == web.address }?.action == Action.none)
    }
}
