import EC2Types
import Migration
import Testing

@testable import Execution

@Suite("Untracked tasks")
struct UntrackedTasksTests {
    private let db = TaskSamples.item("db")
    private let web = TaskSamples.item("web")

    @Test("the task of another migration needs its parts, and holds no slot of this one")
    func otherMigration() {
        let other = TaskSamples.marker(TaskSamples.item("other"))
        let untracked = UntrackedTasks(
            besides: [],
            state: TaskSamples.state(),
            listed: [TaskSamples.task("theirs", other), TaskSamples.task("unmarked", nil)]
        )
        #expect(untracked.tasks == [])
        #expect(untracked.markers == [other])
        #expect(!untracked.hasUnlisted)
    }

    @Test("the task of a recorded import outside the plan holds a slot, listed or not", arguments: [true, false])
    func outsideThePlan(isListed: Bool) {
        let state = TaskSamples.state(TaskSamples.record(db, .converting(Conversion(taskID: "db", attempt: 1))))
        let listed = isListed ? [TaskSamples.task("db", TaskSamples.marker(db))] : []
        let untracked = UntrackedTasks(besides: [], state: state, listed: listed)
        #expect(untracked.tasks == ["db"])
        #expect(untracked.markers == (isListed ? [TaskSamples.marker(db)] : []))
        #expect(untracked.unlisted == (isListed ? [] : ["db"]))
        #expect(untracked.hasUnlisted == !isListed)
    }

    @Test(
        "a task counts while it may read the staging",
        arguments: [
            (.active, 1), (.cancelling, 1), (.cancelled, 0), (.completed, 0),
        ] as [(ConversionTask.State, Int)]
    )
    func states(state: ConversionTask.State, count: Int) {
        let recorded = TaskSamples.state(TaskSamples.record(db, .converting(Conversion(taskID: "db", attempt: 1))))
        let listed = [TaskSamples.task("db", TaskSamples.marker(db), state)]
        let untracked = UntrackedTasks(besides: [], state: recorded, listed: listed)
        #expect(untracked.tasks.count == count && untracked.markers.count == count)
        #expect(!untracked.hasUnlisted)
    }

    @Test("a task that a change of the run continues is left to that change")
    func continued() {
        let state = TaskSamples.state(TaskSamples.record(db, .converting(Conversion(taskID: "db", attempt: 1))))
        let groups = TaskSamples.groups(state, (db, .wait, task: nil))
        let untracked = UntrackedTasks(
            besides: groups,
            state: state,
            listed: [TaskSamples.task("db", TaskSamples.marker(db))]
        )
        #expect(untracked.tasks == [] && untracked.markers == [] && !untracked.hasUnlisted)
    }

    @Test("the task of a call without a recorded answer is left to the import that searches for it")
    func sought() {
        let state = TaskSamples.state(TaskSamples.record(db, .requested))
        let groups = TaskSamples.groups(state, (db, .resume, task: nil))
        let listed = [TaskSamples.task("answer-was-lost", TaskSamples.marker(db))]
        let untracked = UntrackedTasks(besides: groups, state: state, listed: listed)
        // Its parts are counted with the import. Counted here too, they would stay in the staging for good.
        #expect(untracked.tasks == [] && untracked.markers == [] && !untracked.hasUnlisted)
        #expect(ResumedTasks(of: groups, state: state, listed: [:]).markers == [db.address: TaskSamples.marker(db)])
    }

    @Test("a call without a recorded answer outside the plan holds a slot, and leaves needed parts unknown")
    func soughtOutsideThePlan() {
        let state = TaskSamples.state(TaskSamples.record(db, .requested), TaskSamples.record(web, .requested))
        let groups = TaskSamples.groups(state, (web, .resume, task: nil))
        let unlisted = UntrackedTasks(besides: groups, state: state, listed: [])
        #expect(unlisted.hasUnlisted && unlisted.unlistedCalls == [TaskSamples.marker(db)])
        let ledger = ConversionTaskLedger(groups: groups, state: state, listed: [])
        #expect(ledger.slotsInUse == 1 + groups.map(\.converting.count).reduce(0, +))
        // Its task is listed: what it needs is known, and it holds the slot until it has ended.
        let task = TaskSamples.task("answer-was-lost", TaskSamples.marker(db))
        let listed = UntrackedTasks(besides: groups, state: state, listed: [task])
        #expect(listed.tasks == ["answer-was-lost"] && listed.markers == [TaskSamples.marker(db)])
        #expect(listed.unlistedCalls == [] && !listed.hasUnlisted)
        let ended = TaskSamples.task("answer-was-lost", TaskSamples.marker(db), .completed)
        let over = UntrackedTasks(besides: groups, state: state, listed: [ended])
        #expect(over.tasks == [] && over.unlistedCalls == [] && !over.hasUnlisted)
    }

    @Test(
        "a call without a recorded answer whose import is replaced holds one slot, listed or not",
        arguments: [true, false]
    )
    func soughtOfReplaced(isListed: Bool) {
        let state = TaskSamples.state(TaskSamples.record(db, .requested))
        var edited = db
        edited.volumeSize = 2
        let groups = TaskSamples.groups(state, (edited, .replace, task: nil))
        let listed = isListed ? [TaskSamples.task("answer-was-lost", TaskSamples.marker(db))] : []
        #expect(ConversionTaskLedger(groups: groups, state: state, listed: listed).slotsInUse == 1)
        let untracked = UntrackedTasks(besides: groups, state: state, listed: listed)
        #expect(untracked.hasUnlisted && untracked.unlistedCalls == [] && untracked.tasks == [])
    }

    @Test("superseded tasks hold slots until their end is known")
    func superseded() {
        let phase = ImportPhase.settled(Conversion(taskID: "new", attempt: 2), volumeID: "vol")
        let state = TaskSamples.state(TaskSamples.record(db, phase, superseded: ["old"]))
        let listed = [TaskSamples.task("old", TaskSamples.marker(db))]
        #expect(UntrackedTasks(besides: [], state: state, listed: listed).tasks == ["old"])
        #expect(UntrackedTasks(besides: [], state: state, listed: []).unlisted == ["old"])
    }

    @Test("an adopted task takes the place of the recorded one, which goes on untracked")
    func adopted() {
        let state = TaskSamples.state(TaskSamples.record(db, .converting(Conversion(taskID: "old", attempt: 1))))
        let groups = TaskSamples.groups(state, (db, .adopt, task: "new"))
        let listed = [
            TaskSamples.task("old", TaskSamples.marker(db)),
            TaskSamples.task("new", TaskSamples.marker(db, attempt: 2)),
        ]
        let untracked = UntrackedTasks(besides: groups, state: state, listed: listed)
        #expect(untracked.tasks == ["old"])
        #expect(untracked.markers == [TaskSamples.marker(db)])
    }

    @Test("adopting beside an unanswered call counts a slot for the task that the call may have made")
    func unanswered() {
        let state = TaskSamples.state(TaskSamples.record(db, .requested))
        let groups = TaskSamples.groups(state, (db, .adopt, task: "earlier"))
        let earlier = TaskSamples.task("earlier", TaskSamples.marker(db, attempt: 7))
        let ledger = ConversionTaskLedger(groups: groups, state: state, listed: [earlier])
        #expect(ledger.untracked.unanswered == [db.address])
        #expect(ledger.slotsInUse == 2 && !ledger.knowsNeededParts)
        // The call's own task is adopted: there is no other.
        let own = TaskSamples.task("earlier", TaskSamples.marker(db))
        let answered = ConversionTaskLedger(groups: groups, state: state, listed: [own])
        #expect(answered.untracked.unanswered == [] && answered.slotsInUse == 1)
    }
}
