import DiskImages
import Hashing
import Migration
import MigrationSamples
import Testing

@testable import EC2Types

@Suite("The planner")
struct PlannerTests {
    static let desired = VolumeImport.sample()
    static let taskID = "import-vol-0123456789abcdef0"
    static let volumeID = "vol-0123456789abcdef0"

    static func task(
        _ state: ConversionTask.State,
        id: String = taskID,
        of desired: VolumeImport = desired,
        attempt: Int = 1
    ) -> ConversionTask {
        ConversionTask(
            id: id,
            state: state,
            statusMessage: "said EC2",
            marker: TaskMarker(address: desired.address, fingerprint: desired.fingerprint, attempt: attempt),
            volumeID: state == .completed ? volumeID : nil
        )
    }

    /// A state whose only record has come through the given steps.
    static func state(_ steps: StateEvent.Step...) throws -> MigrationState {
        var state = MigrationState(lineage: "test", serial: 4)
        for step in steps {
            try state.apply(StateEvent(time: 1, address: desired.address, step: step))
        }
        return state
    }

    static func converting() throws -> MigrationState {
        try state(.began(desired), .requested(attempt: 1), .submitted(attempt: 1, taskID: taskID, expiration: nil))
    }

    static func settled() throws -> MigrationState {
        var state = try converting()
        try state.apply(
            StateEvent(time: 2, address: desired.address, step: .completed(taskID: taskID, volumeID: volumeID))
        )
        try state.apply(StateEvent(time: 3, address: desired.address, step: .settled))
        return state
    }

    func action(
        of desired: VolumeImport? = PlannerTests.desired,
        _ state: MigrationState?,
        _ world: ObservedState = ObservedState(),
        recreatesMissing: Bool = false
    ) -> Action? {
        Planner.plan(
            desired: desired.map { [$0] } ?? [],
            manifests: [],
            recorded: state,
            observed: world,
            options: Planner.Options(recreatesMissing: recreatesMissing)
        )
        .changes.first?.action
    }

    @Test("nothing recorded, nothing there: create")
    func create() {
        #expect(action(nil, ObservedState()) == .create)
        #expect(action(nil, ObservedState(tasks: [Self.task(.cancelled)])) == .create)
    }

    @Test("nothing recorded, a task with the marker: adopt it; its volume may be listed later")
    func adopt() {
        #expect(action(nil, ObservedState(tasks: [Self.task(.active)])) == .adopt)
        #expect(action(nil, ObservedState(tasks: [Self.task(.completed)], volumes: [Self.volumeID])) == .adopt)
        #expect(action(nil, ObservedState(tasks: [Self.task(.completed)])) == .adopt)
        #expect(action(nil, ObservedState(tasks: [Self.task(.completed)]), recreatesMissing: true) == .create)
    }

    @Test("begun, or called without a recorded answer: resume")
    func resume() throws {
        #expect(try action(Self.state(.began(Self.desired))) == .resume)
        #expect(try action(Self.state(.began(Self.desired), .requested(attempt: 1))) == .resume)
    }

    @Test("converting: wait while EC2 works, resume if parts are missing, retry if it was cancelled")
    func converting() throws {
        let state = try Self.converting()
        #expect(action(state, ObservedState(tasks: [Self.task(.active)])) == .wait)
        #expect(action(state, ObservedState(tasks: [Self.task(.completed)])) == .wait)
        let missing = ObservedState(tasks: [Self.task(.active)], missingParts: [Self.desired.address: 3])
        #expect(action(state, missing) == .resume)
        #expect(action(state, ObservedState(tasks: [Self.task(.cancelled)])) == .retry)
    }

    @Test("converting, but EC2 forgot the task: nothing without --recreate-missing, and it is shown as drift")
    func taskMissing() throws {
        let state = try Self.converting()
        #expect(action(state) == Action.none)
        #expect(action(state, recreatesMissing: true) == .create)
        let plan = Planner.plan(desired: [Self.desired], manifests: [], recorded: state, observed: ObservedState())
        #expect(plan.changes.first?.isDrift == true)
    }

    @Test("settled: nothing while the volume is there, drift when it is gone")
    func settled() throws {
        let state = try Self.settled()
        #expect(action(state, ObservedState(volumes: [Self.volumeID])) == Action.none)
        #expect(action(state) == Action.none)
        #expect(action(state, recreatesMissing: true) == .create)
    }

    @Test("another fingerprint: replace, whatever the phase")
    func replace() throws {
        let other = VolumeImport.sample(content: "other")
        for state in try [Self.settled(), Self.converting(), Self.state(.began(Self.desired))] {
            #expect(action(of: other, state) == .replace)
        }
    }

    @Test("another description is no change, and another tag no reason to import again")
    func sameFingerprint() throws {
        var other = Self.desired
        other.description = "other words"
        #expect(action(of: other, try Self.settled(), ObservedState(volumes: [Self.volumeID])) == Action.none)
        other.tags = ["team": "b"]
        #expect(action(of: other, try Self.settled(), ObservedState(volumes: [Self.volumeID])) == .update)
    }

    @Test("in no migration manifest any more: forget, and name the volume that is kept")
    func forget() throws {
        let plan = Planner.plan(desired: [], manifests: [], recorded: try Self.settled(), observed: ObservedState())
        #expect(plan.changes.map(\.action) == [.forget])
        #expect(plan.changes.first?.reasons.first?.description.contains(Self.volumeID) == true)
    }

    @Test("failed: retry with the reason")
    func retry() throws {
        let state = try Self.state(.began(Self.desired), .requested(attempt: 1), .failed(taskID: nil, message: "no"))
        #expect(action(state) == .retry)
    }

    @Test(
        "active past its expiration: retried, and the task cancelled, if parts are missing; else EC2 has all it needs"
    )
    func expired() throws {
        let state = try Self.converting()
        var task = Self.task(.active)
        task.expiration = TaskExpiration("2026-11-24T00:30Z")
        let time: Int64 = 1_795_480_260
        #expect(action(state, ObservedState(tasks: [task], time: time)) == .wait)
        let world = ObservedState(tasks: [task], time: time, missingParts: [Self.desired.address: 3])
        let plan = Planner.plan(desired: [Self.desired], manifests: [], recorded: state, observed: world)
        #expect(plan.changes.map(\.action) == [.retry])
        #expect(plan.changes.first?.cancels == Self.taskID)
        #expect(plan.changes.first?.reasons.first?.description.contains("2026-11-24T00:30Z") == true)
    }

    @Test("a removed import that is converting is cancelled on --cancel-removed alone")
    func cancelRemoved() throws {
        let world = ObservedState(tasks: [Self.task(.active)])
        for (cancels, task, kind) in [
            (false, nil, Reason.Kind.keepsConverting), (true, Self.taskID, .cancelsConversion),
        ] {
            let plan = Planner.plan(
                desired: [],
                manifests: [],
                recorded: try Self.converting(),
                observed: world,
                options: PlanOptions(cancelsRemoved: cancels)
            )
            #expect(plan.changes.map(\.action) == [.forget])
            #expect(plan.changes.first?.cancels == task)
            #expect(plan.changes.first?.reasons.last?.kind == kind)
        }
    }

    @Test("--replace imports again what is recorded, and adopts what is not")
    func replaceAsked() throws {
        let options = PlanOptions(replacements: [Self.desired.address])
        func action(_ state: MigrationState?, _ world: ObservedState) -> Action? {
            Planner.plan(desired: [Self.desired], manifests: [], recorded: state, observed: world, options: options)
                .changes.first?.action
        }
        #expect(action(try Self.settled(), ObservedState(volumes: [Self.volumeID])) == .replace)
        #expect(action(try Self.converting(), ObservedState(tasks: [Self.task(.active)])) == .replace)
        #expect(action(nil, ObservedState()) == .create)
        #expect(action(nil, ObservedState(tasks: [Self.task(.active)])) == .adopt)
        #expect(action(try Self.state(.began(Self.desired)), ObservedState()) == .replace)
    }

    @Test("a replacement that a crash cut off goes on, and does not take up the volume it replaces")
    func replacementCutOff() throws {
        var state = try Self.settled()
        try state.apply(StateEvent(time: 4, address: Self.desired.address, step: .began(Self.desired)))
        let world = ObservedState(tasks: [Self.task(.completed)], volumes: [Self.volumeID])
        #expect(action(state, world) == .resume)
    }

    @Test("a state that is an old copy: the task that came after it is adopted, not made again")
    func oldState() throws {
        let newer = VolumeImport.sample(content: "newer")
        let task = Self.task(.active, id: "import-vol-2", of: newer, attempt: 2)
        var state = try Self.settled()
        #expect(action(of: newer, state, ObservedState(tasks: [task], volumes: [Self.volumeID])) == .adopt)
        try state.apply(
            StateEvent(
                time: 4,
                address: newer.address,
                step: .adopted(newer, attempt: 2, taskID: task.id, expiration: nil)
            )
        )
        #expect(state.imports[newer.address]?.superseded.map(\.volumeID) == [Self.volumeID])
    }

    @Test("--refresh=false takes the record for true; --refresh-only puts off all that changes the world")
    func refresh() throws {
        for (state, expected) in [(try Self.settled(), Action.none), (try Self.converting(), .wait)] {
            #expect(action(state, ObservedState(assuming: state)) == expected)
        }
        let plan = Planner.plan(
            desired: [Self.desired],
            manifests: [],
            recorded: nil,
            observed: ObservedState(),
            options: PlanOptions(refresh: .only)
        )
        #expect(plan.changes.map(\.action) == [.none])
        #expect(plan.changes.first?.reasons.map(\.kind) == [.deferred, .notImported])
    }

    @Test("one action for each address, reasons for each, the same bytes for the same input")
    func total() throws {
        let world = ObservedState(tasks: [Self.task(.active)], unmarkedTasks: 7)
        let desired = ["a", "b", "c"].map { VolumeImport.sample(name: $0) }
        let orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0]].map { order in order.map { desired[$0] } }
        let plans = try orders.map { order in
            Planner.plan(desired: order, manifests: [], recorded: try Self.settled(), observed: world)
        }
        #expect(plans.count == 3)
        for plan in plans {
            #expect(plan.changes.map(\.address.image) == ["a", "b", "c", "db"])
            #expect(plan.changes.map(\.action) == [.create, .create, .create, .forget])
            #expect(plan.changes.map(\.reasons.isEmpty) == [false, false, false, false])
            #expect(plan == plans[0])
            #expect(plan.digest == plans[0].digest)
            #expect(plan.unmarkedTasks == 7)
        }
    }
}
