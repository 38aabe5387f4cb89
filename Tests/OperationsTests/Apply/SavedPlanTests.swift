import Hashing
import Migration
import TestSupport
import Testing

@testable import Operations

@Suite struct SavedPlanTests {
    private func saved(_ fixture: OperationFixture) async throws -> (path: String, plan: Plan) {
        let plan = try await fixture.plan()
        let path = fixture.folder.path("saved.json")
        try await PlanFile.write(plan, path: path)
        return (path, plan)
    }

    @Test("A plan file is read, and migration manifests are not taken for one")
    func reading() async throws {
        let fixture = try OperationFixture()
        let (path, plan) = try await saved(fixture)
        #expect(try SavedPlan.read(among: [path], options: PlanOptions(), expected: plan.digest) == plan)
        #expect(try SavedPlan.read(among: [fixture.manifest], options: PlanOptions(), expected: nil) == nil)
    }

    @Test("A plan file stands alone, without choices that it already holds")
    func misuse() async throws {
        let fixture = try OperationFixture()
        let (path, _) = try await saved(fixture)
        let others = #expect(throws: SavedPlanMisuse.self) {
            try SavedPlan.read(among: [path, fixture.manifest], options: PlanOptions(), expected: nil)
        }
        guard case .otherArguments = others else {
            Issue.record("\(others as Any)")
            return
        }
        var options = PlanOptions()
        options.refresh = .none
        let choices = #expect(throws: SavedPlanMisuse.self) {
            try SavedPlan.read(among: [path], options: options, expected: nil)
        }
        guard case .planOptions = choices else {
            Issue.record("\(choices as Any)")
            return
        }
    }

    @Test("A plan whose manifest was edited, and one with another digest, are stale")
    func staleness() async throws {
        let fixture = try OperationFixture()
        let (path, _) = try await saved(fixture)
        #expect(throws: PlanStaleness.self) {
            try SavedPlan.read(among: [path], options: PlanOptions(), expected: SHA256.digest(of: "other"))
        }
        try fixture.folder.write("# edited\n", to: "plan.yaml")
        let error = #expect(throws: PlanStaleness.self) {
            try SavedPlan.read(among: [path], options: PlanOptions(), expected: nil)
        }
        #expect(error?.description.contains("plan.yaml") == true)
    }
}
