import Migration
import Testing

@testable import EC2Types
@testable import Execution

@Suite("Import state machine")
struct ImportStateMachineTests {
    /// The expected steps of one goal in one phase.
    struct Row: CustomTestStringConvertible {
        let goal: ImportStateMachine.Goal
        let phase: ImportPhase.Name?
        /// The step when the record was just read, which also answers every observation that is not listed.
        let entered: ImportStep
        var others: [ImportObservation: ImportStep] = [:]

        var testDescription: String { "\(goal) \(phase?.rawValue ?? "no record")" }
    }

    private static let complete = ImportStateMachine.Goal.complete(adopting: nil)
    private static let forget = ImportStateMachine.Goal.forget(cancelling: nil)
    private static let unlisted = ImportObservation.taskUnlisted(
        taskID: "task",
        expiration: "later",
        hasExpired: false
    )
    private static let expired = ImportObservation.taskUnlisted(taskID: "task", expiration: "later", hasExpired: true)

    private static func failed(_ message: String) -> ImportStep { .finish(.failed(message: message)) }

    private static let cleaning: [ImportObservation: ImportStep] = [
        .supersededEnded: .clean, .cleaned: .drop,
        .cleaningFailed("denied"): failed(
            "it is not forgotten yet, because the staging cannot be cleaned: denied. If that persists, ferry state rm drops it, "
                + "and what is staged stays"
        ),
    ]
    private static let abandoned = ImportStep.record(
        .abandoned(attempt: 2, reason: "EC2 has no task with its marker")
    )
    private static let requested: [ImportObservation: ImportStep] = [
        .intentRecorded: .call, .claimHeld: .call, .callPostponed: .claim(attempt: 2),
        .claimBusy: .waitForClaim, .callOutcomeUnknown: .waitForClaim, .claimFree: abandoned,
        .claimWaitEnded: abandoned,
        .imported(MachineSamples.claimed): .record(.submitted(attempt: 2, taskID: "new", expiration: nil)),
        .taskKnown(taskID: "new", expiration: "later"):
            .record(.submitted(attempt: 2, taskID: "new", expiration: "later")),
        .callRejected("rejected"): .record(.failed(taskID: nil, message: "rejected")),
    ]

    static let rows = [
        Row(goal: complete, phase: nil, entered: .finish(.unfinished)),
        Row(
            goal: complete,
            phase: .staging,
            entered: .acquireSlot,
            others: [
                .slotHeld: .readClaim, .claimFree: .prepare(attempt: 3), .prepared: .claim(attempt: 3),
                .claimHeld: .recordIntent(attempt: 3), .claimBusy: .waitForClaim,
                .imported(MachineSamples.claimed): .adoptClaimed(MachineSamples.claimed),
            ]
        ),
        Row(goal: complete, phase: .requested, entered: .readClaim, others: requested),
        Row(
            goal: complete,
            phase: .converting,
            entered: .follow(taskID: "task"),
            others: [
                .conversionCompleted(volumeID: "vol"): .checkSource(volumeID: "vol"),
                .volumeFound(volumeID: "vol"): .checkSource(volumeID: "vol"),
                .volumeNotFound("no volume"): failed("no volume"),
                .rejectionTagged(volumeID: "vol", message: "changed"):
                    .record(.rejected(taskID: "task", volumeID: "vol", message: "changed")),
                .sourceUnchanged(volumeID: "vol"): .record(.completed(taskID: "task", volumeID: "vol")),
                .conversionCancelled("cancelled"): .record(.failed(taskID: "task", message: "cancelled")),
                .sourceChanged(volumeID: "vol", "changed"): .tagRejected(volumeID: "vol", message: "changed"),
                unlisted: .findVolume(taskID: "task"), expired: .findVolume(taskID: "task"),
            ]
        ),
        Row(
            goal: complete,
            phase: .completed,
            entered: .tag(volumeID: "vol"),
            others: [
                .tagged: .settleClaim(volumeID: "vol"), .claimSettled: .clean, .cleaned: .record(.settled),
                .cleaningFailed("denied"): failed("volume vol exists, but the staging cannot be cleaned: denied"),
            ]
        ),
        Row(goal: complete, phase: .settled, entered: .finish(.completed(volumeID: "vol"))),
        Row(goal: complete, phase: .failed, entered: failed("no")),
        Row(
            goal: complete,
            phase: .rejected,
            entered: failed("volume vol was rejected: no; --replace imports again")
        ),
        Row(goal: forget, phase: nil, entered: .finish(.unfinished)),
        Row(goal: forget, phase: .staging, entered: .followSuperseded, others: cleaning),
        Row(goal: forget, phase: .requested, entered: .readClaim, others: requested),
        Row(
            goal: forget,
            phase: .converting,
            entered: .follow(taskID: "task"),
            others: [
                .conversionCompleted(volumeID: "vol"): .record(.completed(taskID: "task", volumeID: "vol")),
                .volumeFound(volumeID: "vol"): .record(.completed(taskID: "task", volumeID: "vol")),
                .volumeNotFound("no volume"): failed("no volume"),
                .rejectionTagged(volumeID: "vol", message: "changed"):
                    .record(.rejected(taskID: "task", volumeID: "vol", message: "changed")),
                .sourceUnchanged(volumeID: "vol"): .record(.completed(taskID: "task", volumeID: "vol")),
                .conversionCancelled("cancelled"): .record(.failed(taskID: "task", message: "cancelled")),
                .sourceChanged(volumeID: "vol", "changed"): .tagRejected(volumeID: "vol", message: "changed"),
                unlisted: failed(
                    "it is not forgotten yet: EC2 does not list task task; it may be active until later. Run ferry apply "
                        + "again later, or drop it with ferry state rm --force"
                ),
                expired: .followSuperseded, .supersededEnded: .drop,
            ]
        ),
        Row(goal: forget, phase: .completed, entered: .followSuperseded, others: cleaning),
        Row(goal: forget, phase: .settled, entered: .followSuperseded, others: cleaning),
        Row(goal: forget, phase: .failed, entered: .followSuperseded, others: cleaning),
        Row(goal: forget, phase: .rejected, entered: .followSuperseded, others: cleaning),
    ]

    @Test("the table has a row for every goal and phase")
    func completeness() {
        #expect(Self.rows.count == MachineSamples.goals.count * MachineSamples.phases.count)
        for goal in MachineSamples.goals {
            #expect(Self.rows.filter { $0.goal == goal }.map(\.phase) == MachineSamples.phases)
        }
        let unknown = Self.rows.flatMap(\.others.keys).filter { !MachineSamples.observations.contains($0) }
        #expect(unknown == [])
    }

    @Test("every phase answers every observation with the step in the table", arguments: rows)
    func cells(row: Row) {
        let machine = MachineSamples.machine(row.goal)
        for observation in MachineSamples.observations {
            let expected: ImportStep =
                switch observation {
                case .stopped: .finish(.unfinished)
                case .failed(let message): Self.failed(message)
                // Nothing that is undecidable can be active.
                case .undecidable where row.goal == Self.forget && row.phase == .requested: Self.abandoned
                case .undecidable(let message): Self.failed(message)
                case .dropped: .finish(.forgotten)
                default: row.others[observation] ?? row.entered
                }
            #expect(machine.next(MachineSamples.record(in: row.phase), observation) == expected, "\(observation)")
        }
    }

    @Test("an adopted task is recorded first, in every phase", arguments: MachineSamples.phases)
    func adoption(phase: ImportPhase.Name?) {
        let adoption = ImportStateMachine.Adoption(taskID: "other", volumeID: nil, generation: 2)
        let machine = MachineSamples.machine(.complete(adopting: adoption))
        #expect(machine.next(MachineSamples.record(in: phase), .started) == .adopt(adoption))
    }

    @Test("a forgotten import's task is canceled first, in every phase", arguments: MachineSamples.phases)
    func cancellation(phase: ImportPhase.Name?) {
        let machine = MachineSamples.machine(.forget(cancelling: "task"))
        #expect(machine.next(MachineSamples.record(in: phase), .started) == .cancel(taskID: "task"))
    }

    @Test("ImportVolume is not called for an image that is not staged")
    func unstaged() {
        let machine = MachineSamples.machine(.complete(adopting: nil), isStaged: false)
        let step = machine.next(MachineSamples.record(in: .staging), .slotHeld)
        #expect(step == Self.failed("db.vmdk: its parts are not staged; run ferry apply again"))
    }

    @Test("an attempt has a higher number than the record and every listed task", arguments: [(0, 3), (2, 3), (7, 8)])
    func attempts(listed: Int, next: Int) {
        let machine = MachineSamples.machine(.complete(adopting: nil), highestKnownAttempt: listed)
        let record = MachineSamples.record(in: .staging)
        #expect(machine.next(record, .claimFree) == .prepare(attempt: next))
        #expect(machine.next(record, .prepared) == .claim(attempt: next))
        #expect(machine.next(record, .claimHeld) == .recordIntent(attempt: next))
    }

    @Test("a new import is prepared without a look at its claim")
    func firstAttempt() {
        let record = ImportRecord(subject: MachineSamples.subject, updated: 0)
        #expect(MachineSamples.machine(.complete(adopting: nil)).next(record, .slotHeld) == .prepare(attempt: 1))
    }

    @Test("a task of another attempt or generation is adopted, not taken for that of the recorded call")
    func otherTasks() {
        let machine = MachineSamples.machine(.complete(adopting: nil))
        let record = MachineSamples.record(in: .requested)
        for (generation, attempt) in [(1, 3), (2, 2)] {
            let found = ClaimedImport(
                taskID: "other",
                volumeID: nil,
                generation: generation,
                attempt: attempt,
                isListed: true
            )
            #expect(machine.next(record, .imported(found)) == .adoptClaimed(found))
        }
    }

    @Test("no attempt follows the highest one")
    func highestAttempt() {
        let machine = MachineSamples.machine(
            .complete(adopting: nil),
            highestKnownAttempt: TaskMarker.highestAttempt
        )
        guard case .finish(.failed(let message)) = machine.next(MachineSamples.record(in: .staging), .claimFree) else {
            Issue.record("another attempt is made")
            return
        }
        #expect(message.contains("attempt 1000000000 of this address is recorded"))
    }
}
