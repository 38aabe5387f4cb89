import EC2Types
import Migration
import Testing

@testable import Execution

@Suite("The ledger of conversion tasks")
struct ConversionTaskLedgerTests {
    private let db = TaskSamples.item("db")
    private let web = TaskSamples.item("web")

    @Test("it knows the tasks that changes adopt, and no others")
    func adopted() {
        let state = TaskSamples.state()
        let ledger = ConversionTaskLedger(
            groups: TaskSamples.groups(state, (db, .adopt, task: "db"), (web, .adopt, task: "unlisted")),
            state: state,
            listed: [TaskSamples.task("db", TaskSamples.marker(db)), TaskSamples.task("other", nil)]
        )
        #expect(ledger.adoptedTask("db")?.marker == TaskSamples.marker(db))
        #expect(ledger.adoptedTask("unlisted") == nil && ledger.adoptedTask("other") == nil)
        #expect(!ledger.knowsNeededParts, "what the unlisted task needs is unknown")
    }

    @Test("the highest attempt of an address counts tasks in every state, of every fingerprint")
    func attempts() {
        let larger = TaskSamples.item("db", sizeGiB: 2)
        let ledger = ConversionTaskLedger(
            groups: [],
            state: TaskSamples.state(),
            listed: [
                TaskSamples.task("a", TaskSamples.marker(db, attempt: 2), .completed),
                TaskSamples.task("b", TaskSamples.marker(larger, attempt: 5), .cancelled),
                TaskSamples.task("c", TaskSamples.marker(db, attempt: 3)),
            ]
        )
        #expect(ledger.highestAttempt(of: db.address) == 5)
        #expect(ledger.highestAttempt(of: web.address) == 0)
    }

    @Test("slots are in use by own tasks, tracked or not, each once")
    func slots() {
        let state = TaskSamples.state(
            TaskSamples.record(db, .converting(Conversion(taskID: "db", attempt: 1))),
            TaskSamples.record(web, .converting(Conversion(taskID: "web", attempt: 1)))
        )
        let ledger = ConversionTaskLedger(
            groups: TaskSamples.groups(state, (db, .wait, task: nil)),
            state: state,
            listed: [
                TaskSamples.task("db", TaskSamples.marker(db)), TaskSamples.task("web", TaskSamples.marker(web)),
                TaskSamples.task("other", TaskSamples.marker(TaskSamples.item("other"))),
            ]
        )
        #expect(ledger.slotsInUse == 2)
        #expect(ledger.knowsNeededParts)
        #expect(ledger.resumed.markers.keys.map(\.image) == ["db"])
        #expect(ledger.untracked.tasks == ["web"])
    }
}
