import EC2Types
import Migration
import Testing

@testable import Execution

@Suite("Resumed tasks")
struct ResumedTasksTests {
    private let db = TaskSamples.item("db")

    private func resumed(
        _ phase: ImportPhase,
        _ action: Action,
        task: String? = nil,
        listed: ConversionTask...
    ) -> ResumedTasks {
        let state = TaskSamples.state(TaskSamples.record(db, phase))
        return ResumedTasks(
            of: TaskSamples.groups(state, (db, action, task: task)),
            state: state,
            listed: Dictionary(uniqueKeysWithValues: listed.map { ($0.id, $0) })
        )
    }

    @Test("the marker of the listed task takes precedence over the recorded one")
    func listedMarker() {
        let marker = TaskSamples.marker(db, attempt: 7)
        let listed = TaskSamples.task("db", marker)
        let found = resumed(.converting(Conversion(taskID: "db", attempt: 1)), .wait, listed: listed)
        #expect(found.markers == [db.address: marker] && !found.hasUnknown)
    }

    @Test("a task that EC2 does not list is known by its recorded attempt, if there is one")
    func recordedMarker() {
        let known = resumed(.converting(Conversion(taskID: "db", attempt: 3)), .wait)
        #expect(known.markers == [db.address: TaskSamples.marker(db, attempt: 3)] && !known.hasUnknown)
        let unknown = resumed(.converting(Conversion(taskID: "db")), .wait)
        #expect(unknown.markers.isEmpty && unknown.hasUnknown)
    }

    @Test("a task that has ended needs no parts", arguments: [ConversionTask.State.completed, .cancelled])
    func ended(state: ConversionTask.State) {
        let listed = TaskSamples.task("db", TaskSamples.marker(db), state)
        let found = resumed(.converting(Conversion(taskID: "db", attempt: 1)), .wait, listed: listed)
        #expect(found.markers.isEmpty && !found.hasUnknown)
    }

    @Test("an adopted task that is not listed is unknown, whatever is recorded")
    func adopted() {
        let found = resumed(.requested, .adopt, task: "other")
        #expect(found.markers.isEmpty && found.hasUnknown)
    }

    @Test("an import whose staging was begun continues no task")
    func staging() {
        let found = resumed(.staging, .resume)
        #expect(found.markers.isEmpty && !found.hasUnknown)
    }
}
