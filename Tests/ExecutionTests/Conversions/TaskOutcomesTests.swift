import EC2Types
import Migration
import StateStore
import TestSupport
import Testing

@testable import Execution

@Suite("Outcomes of tasks")
struct TaskOutcomesTests {
    private let db = TaskSamples.item("db")

    private static func completed(_ id: String, volumeID: String?) -> ConversionTask {
        var task = TaskSamples.task(id, nil, .completed)
        task.volumeID = volumeID
        return task
    }

    @Test("only the tasks that the state names have outcomes, and only those that have ended")
    func named() {
        let state = TaskSamples.state(
            TaskSamples.record(db, .converting(Conversion(taskID: "now", attempt: 2)), superseded: ["old"])
        )
        let outcomes = TaskOutcomes(
            state: state,
            listed: [
                TaskSamples.task("now", nil), Self.completed("old", volumeID: "vol-1"),
                Self.completed("other", volumeID: "vol-2"),
            ]
        )
        #expect(outcomes.wasListed("now") && outcomes.wasListed("old") && !outcomes.wasListed("other"))
        #expect(outcomes.outcome(of: "now") == nil && outcomes.outcome(of: "other") == nil)
        #expect(outcomes.outcome(of: "old")?.volumeID == "vol-1")
    }

    @Test("a completed task without a volume is still under way; a canceled one has EC2's words")
    func words() throws {
        let state = TaskSamples.state(TaskSamples.record(db, .converting(Conversion(taskID: "now", attempt: 1))))
        let pending = TaskOutcomes(state: state, listed: [Self.completed("now", volumeID: nil)])
        #expect(pending.outcome(of: "now") == nil && pending.wasListed("now"))
        let cancelled = TaskOutcomes(state: state, listed: [TaskSamples.task("now", nil, .cancelled)])
        guard case .cancelled(let message) = try #require(cancelled.outcome(of: "now")) else {
            Issue.record("not canceled")
            return
        }
        #expect(message == "task now was cancelled")
    }

    @Test("the outcome that was noted first stays, and each is recorded once, of superseded tasks alone")
    func recording() async throws {
        let folder = try TemporaryDirectory()
        let session = try await StateSession.open(
            StateFile(path: folder.path("ferry.state.json")),
            command: "test"
        )
        try await session.record(.began(db), of: db.address)
        try await session.record(.requested(attempt: 1), of: db.address)
        try await session.record(.submitted(attempt: 1, taskID: "old", expiration: nil), of: db.address)
        let larger = TaskSamples.item("db", sizeGiB: 2)
        try await session.record(.began(larger), of: db.address)
        let outcomes = TaskOutcomes(state: await session.state, listed: [TaskSamples.task("old", nil)])
        try await outcomes.record(in: session)
        #expect(await session[db.address]?.superseded.map(\.volumeID) == [nil])
        outcomes.note(.completed(volumeID: "vol-1"), of: "old")
        outcomes.note(.cancelled(message: "too late"), of: "old")
        outcomes.add("new", of: db.address)
        outcomes.note(.completed(volumeID: "vol-2"), of: "new")
        try await outcomes.record(in: session)
        try await outcomes.record(in: session)
        #expect(await session[db.address]?.superseded.map(\.volumeID) == ["vol-1"])
        #expect(await session[db.address]?.phase == .staging)
        try await session.close()
    }
}
