import Foundation
import Migration
import TestSupport
import Testing

@testable import Operations

@Suite struct PlanOperationTests {
    @Test("A plan says what would be done and uploaded, and writes nothing")
    func planning() async throws {
        let fixture = try OperationFixture()
        let plan = try await fixture.plan()
        #expect(plan.changes.map(\.address.description) == ["erp/db@us-east-1a"])
        #expect(plan.changes.map(\.action) == [.create])
        #expect(plan.changes.map(\.upload) == [4096])
        #expect(plan.sources == [fixture.manifest])
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
        #expect(files.sorted() == ["db.raw", "plan.yaml", "sandbox"])
    }

    @Test("Without a refresh, no client is opened, and the state is taken as it is")
    func withoutRefresh() async throws {
        let fixture = try OperationFixture()
        try await fixture.apply()
        let opened = await fixture.provider.opened
        var options = PlanOptions()
        options.refresh = .none
        let plan = try await fixture.plan(options)
        #expect(plan.isEmpty)
        #expect(await fixture.provider.opened == opened)
    }

    @Test("An edited image is to be imported again, and an import that is gone is to be forgotten")
    func changes() async throws {
        let fixture = try OperationFixture(moreImports: "  - {name: web, image: web.raw, zones: [us-east-1a]}")
        try fixture.writeImage("web.raw", byte: 3)
        try await fixture.apply()
        try fixture.writeImage("db.raw", byte: 2)
        try fixture.removeImport(of: "web.raw")
        let plan = try await fixture.plan()
        #expect(plan.changes.map(\.address.image) == ["db", "web"])
        #expect(plan.changes.map(\.action) == [.replace, .forget])
    }

    @Test("What is wrong with a manifest is reported, and there is no plan")
    func problems() async throws {
        let fixture = try OperationFixture(moreImports: "  - {name: db, image: db.raw, zones: [us-east-1a]}")
        await #expect(throws: ReportedProblems.self) { try await fixture.plan() }
        #expect(fixture.codes == ["F0106"])
    }

    @Test("An option that selects nothing is an error that names it")
    func unmatchedOption() async throws {
        let fixture = try OperationFixture()
        var options = PlanOptions()
        options.targets = [try AddressPattern("erp/dbx")]
        let error = await #expect(throws: UnmatchedOption.self) { try await fixture.plan(options) }
        #expect(error?.description.contains("erp/dbx") == true)
    }
}
