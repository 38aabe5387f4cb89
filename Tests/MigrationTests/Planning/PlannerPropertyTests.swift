import EC2Types
import FoundationEssentials
import Migration
import Testing

@testable import Operations

@Suite("The planner, over random combinations of what is wanted, recorded and there")
struct PlannerPropertyTests {
    /// Together 12,000 cases.
    static let seeds: [UInt64] = [1, 2, 3, 4]
    static let casesPerSeed = 3000

    @Test(
        "whatever is wanted, recorded and there, the plan is one, whole, explained and empty once applied",
        arguments: seeds
    )
    func properties(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for number in 0..<Self.casesPerSeed {
            let planningCase = PlanningCase(&random)
            let plan = planningCase.plan
            var problems = planningCase.world.illegalSteps
            problems += oneActionEach(planningCase, plan)
            problems += deterministic(planningCase, plan, comparesBytes: number.isMultiple(of: 10), &random)
            problems += emptyAfterApply(planningCase, plan)
            for change in plan.changes {
                problems += neverTwice(change, planningCase)
                problems += bounds(change, planningCase.options)
            }
            if number.isMultiple(of: 10), try PlanFile.read(Data(plan.json), path: "plan") != plan {
                problems.append("it is not read back as it was written")
            }
            // One expectation a case: they are many.
            if !problems.isEmpty { Issue.record("case \(number) of seed \(seed): \(problems) in \(plan.changes)") }
        }
    }

    /// Exactly one action for each selected address, in order, each with reasons.
    private func oneActionEach(_ planningCase: PlanningCase, _ plan: Plan) -> [String] {
        let known = Set(planningCase.desired.map(\.address)).union(planningCase.world.state.imports.keys)
        let selected = known.filter(planningCase.options.selects)
        var problems: [String] = []
        if plan.changes.map(\.address) != selected.sorted() {
            problems.append("the addresses are not the selected ones")
        }
        if plan.unselected != known.count - selected.count { problems.append("the others are miscounted") }
        if plan.changes.contains(where: \.reasons.isEmpty) { problems.append("a change has no reason") }
        return problems
    }

    /// The same input in another order gives the same bytes.
    private func deterministic(
        _ planningCase: PlanningCase,
        _ plan: Plan,
        comparesBytes: Bool,
        _ random: inout SeededGenerator
    ) -> [String] {
        var shuffled = planningCase
        shuffled.desired.shuffle(using: &random)
        shuffled.world.observed.tasks.shuffle(using: &random)
        let other = shuffled.plan
        if other != plan { return ["another order gives another plan: \(other.changes)"] }
        if comparesBytes, other.json != plan.json { return ["the same plan has other bytes"] }
        return []
    }

    private func emptyAfterApply(_ planningCase: PlanningCase, _ plan: Plan) -> [String] {
        var applied = planningCase
        applied.world.apply(plan)
        // To ask for a replacement again is to ask for another one.
        if applied.options.refresh != .only { applied.options.replacements = [] }
        let next = applied.plan
        return applied.world.illegalSteps
            + (next.isEmpty ? [] : ["after a perfect apply there is left: \(next.changes)"])
    }

    /// No import is made while a task that nobody recorded is under way for it or has made its volume.
    private func neverTwice(_ change: Change, _ planningCase: PlanningCase) -> [String] {
        guard let desired = change.desired, [.create, .retry, .replace].contains(change.action) else { return [] }
        let isWanted = change.reasons.contains {
            [.recreating, .replacementRequested, .taskCancelled, .taskExpired].contains($0.kind)
        }
        if isWanted { return [] }
        let record = planningCase.world.state.imports[change.address]
        let known = Set([record?.phase.taskID].compactMap(\.self) + (record?.superseded ?? []).compactMap(\.taskID))
        let live = planningCase.world.observed.tasks.filter { task in
            guard !known.contains(task.id), let marker = task.marker,
                marker.names(desired.address, fingerprint: desired.fingerprint)
            else { return false }
            let hasVolume = task.volumeID.map(planningCase.world.observed.volumes.contains) ?? false
            return task.state == .active || task.state == .completed && hasVolume
        }
        return live.isEmpty ? [] : ["\(change.action) of \(change.address) in spite of \(live)"]
    }

    /// --refresh-only changes the state alone, and nothing is cancelled unasked.
    private func bounds(_ change: Change, _ options: PlanOptions) -> [String] {
        if options.refresh == .only, ![.none, .adopt, .wait].contains(change.action) || change.cancels != nil {
            return ["--refresh-only would do \(change)"]
        }
        let mayCancel =
            change.action == .forget && options.cancelsRemoved || change.reasons.contains { $0.kind == .taskExpired }
        return change.cancels == nil || mayCancel ? [] : ["cancelled unasked: \(change)"]
    }
}
