import EC2Types
import Hashing
import MigrationSamples
import Testing

@testable import Migration

@Suite("Whether a saved plan may still be applied")
struct PlanStalenessTests {
    private static let desired = ["a", "b", "c"].map { VolumeImport.sample(name: $0) }

    private static func plan(
        _ desired: [VolumeImport] = desired,
        serial: Int = 3,
        lineage: String = "one",
        manifest: String = "m",
        tasks: [ConversionTask] = []
    ) -> Plan {
        Planner.plan(
            desired: desired,
            manifests: [Plan.ManifestDigest(path: "plan.yaml", digest: SHA256.digest(of: manifest))],
            recorded: MigrationState(lineage: lineage, serial: serial),
            observed: ObservedState(tasks: tasks)
        )
    }

    private func words(_ present: Plan) -> [String] {
        PlanStaleness.between(saved: Self.plan(), present: present)?.differences.map(\.description) ?? []
    }

    @Test("nothing changed: it may")
    func fresh() {
        #expect(PlanStaleness.between(saved: Self.plan(), present: Self.plan()) == nil)
    }

    @Test("lineage, serial and manifests")
    func origins() {
        #expect(words(Self.plan(lineage: "two")) == ["it was made from another state: lineage one, not two"])
        // What was recorded since counts only where it changes what would be done.
        #expect(words(Self.plan(serial: 4)) == [])
        #expect(words(Self.plan(manifest: "edited")) == ["plan.yaml was edited"])
        var other = Self.plan()
        other.manifests[0].path = "other.yaml"
        #expect(words(other) == ["the migration manifests are others: other.yaml, and were plan.yaml"])
    }

    @Test("an image, a size, a tag; an address more or less")
    func desired() {
        var items = Self.desired
        items[0].image.digest = SHA256.digest(of: "edited")
        items[1].volumeSize = 7
        items[2].tags = [:]
        #expect(
            words(Self.plan(items)) == [
                "erp/a@us-east-1a: the image a.vmdk has another content",
                "erp/b@us-east-1a: the volume's size is 7 GiB, and was 1 GiB", "erp/c@us-east-1a: the tags are others",
            ]
        )
        let changed = Self.desired.dropFirst() + [VolumeImport.sample(name: "d")]
        #expect(
            words(Self.plan(Array(changed))) == [
                "erp/a@us-east-1a is neither wanted nor recorded any more", "erp/d@us-east-1a is new",
            ]
        )
    }

    @Test("the tasks it rests on")
    func tasks() {
        let task = PlannerTests.task(.active, of: Self.desired[1])
        #expect(
            words(Self.plan(tasks: [task])) == [
                """
                erp/b@us-east-1a: it would be adopt (task \(task.id) bears this import's marker), and was create (not imported \
                yet)
                """
            ]
        )
    }

    /// A plan of one change of a recorded import.
    private func plan(
        _ action: Action,
        _ phase: ImportPhase,
        cancels: String? = nil,
        reason: Reason.Kind = .converting,
        attempts: Int = 1
    ) -> Plan {
        let item = Self.desired[0]
        var record = ImportRecord(subject: item, attempts: attempts, updated: 0)
        record.phase = phase
        var change = Change(
            address: item.address,
            action: action,
            reasons: [Reason(reason, "detail of \(action)")],
            desired: action == .forget ? nil : item
        )
        change.recorded = Change.Recorded(record)
        change.cancels = cancels
        return Plan(lineage: "one", serial: 1, manifests: [], changes: [change], unmarkedTasks: 0)
    }

    @Test("what a conversion does by itself is the plan's progress; what must be done after its failure is not")
    func conversions() {
        let converting = ImportPhase.converting(Conversion(taskID: "t"))
        let saved = plan(.wait, converting)
        func isStale(_ present: Plan) -> Bool { PlanStaleness.between(saved: saved, present: present) != nil }
        #expect(!isStale(plan(.wait, converting, reason: .conversionDone)))
        #expect(isStale(plan(.retry, converting, reason: .taskCancelled)))
        #expect(isStale(plan(.retry, converting, cancels: "t", reason: .taskExpired)))
        #expect(isStale(plan(.resume, converting, reason: .partsMissing)))
        // A run recorded the failure: the plan itself goes on with it.
        let failed = ImportPhase.failed(taskID: "t", message: "no")
        #expect(!isStale(plan(.retry, failed, reason: .attemptFailed)))
    }

    @Test("a saved plan cancels no task that it does not name")
    func cancellation() {
        let converting = ImportPhase.converting(Conversion(taskID: "t"))
        let saved = plan(.forget, converting, cancels: "t", reason: .cancelsConversion)
        func isStale(_ present: Plan) -> Bool { PlanStaleness.between(saved: saved, present: present) != nil }
        let settled = ImportPhase.settled(Conversion(taskID: "t"), volumeID: "vol")
        #expect(!isStale(plan(.forget, settled, reason: .notInConfiguration)))
        #expect(!isStale(plan(.forget, converting, cancels: "t", reason: .cancelling)))
        #expect(isStale(plan(.forget, converting, cancels: "other", reason: .cancelsConversion)))
    }

    @Test("an import that has drifted since makes the plan stale, and drift that is gone does not")
    func drift() {
        let settled = ImportPhase.settled(Conversion(taskID: "t"), volumeID: "vol")
        let exists = plan(.none, settled, reason: .volumeExists)
        let gone = plan(.none, settled, reason: .volumeMissing)
        #expect(PlanStaleness.between(saved: exists, present: gone) != nil)
        #expect(PlanStaleness.between(saved: gone, present: exists) == nil)
    }

    @Test("of a great many differences some are told and all are counted")
    func many() {
        let items = (0..<500).map { VolumeImport.sample(name: "n\($0)") }
        let staleness = PlanStaleness.between(saved: Self.plan(items), present: Self.plan([]))
        #expect(staleness?.description.split(separator: "\n").count == 23)
        #expect(staleness?.description.contains("and 480 more") == true)
    }
}
