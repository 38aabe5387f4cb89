import Execution
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

    @Test("A settled import needs neither its image nor a lock entry, and the plan says that the image was not checked")
    func settledWithoutImage() async throws {
        let fixture = try OperationFixture()
        try await fixture.apply()
        let before = try await fixture.plan()
        #expect(before.imagesNotChecked == nil)
        try FileManager.default.removeItem(atPath: fixture.folder.path("db.raw"))
        let plan = try await fixture.plan()
        #expect(plan.changes.map(\.action) == [.none] && !plan.hasDrift)
        #expect(plan.imagesNotChecked == 1)
        // A reviewer of either plan reads the same changes.
        #expect(plan.digest == before.digest)
        try await fixture.apply()
        var options = PlanOptions()
        options.refresh = .none
        #expect(try await fixture.plan(options).imagesNotChecked == 1)
        #expect(fixture.diagnostics.isEmpty, "\(fixture.diagnostics)")
    }

    @Test("Tags of a settled import are changed without its image; an import needs the image")
    func updateWithoutImage() async throws {
        let fixture = try OperationFixture()
        try await fixture.apply()
        try FileManager.default.removeItem(atPath: fixture.folder.path("db.raw"))
        let text = try String(contentsOfFile: fixture.manifest, encoding: .utf8)
        try fixture.folder.write(text.replacing("zones: [", with: "tags: {tier: db}, zones: ["), to: "plan.yaml")
        #expect(try await fixture.plan().changes.map(\.action) == [.update])
        try await fixture.prepareApply { prepared in
            try prepared.requireImages()
            #expect(try await prepared.execute(stop: .init(), report: { _ in }).updated.count == 1)
        }
        #expect(try await fixture.plan().isEmpty)
        var options = PlanOptions()
        options.replacements = [ImportAddress(manifest: "erp", image: "db", zone: "us-east-1a")]
        #expect(try await fixture.plan(options).changes.map(\.action) == [.replace])
        try await fixture.prepareApply(options: options) { prepared in
            #expect(throws: MissingImages.self) { try prepared.requireImages() }
        }
    }

    @Test(
        "An image that is gone is needed where an import is not settled or describes another image",
        arguments: [
            ("zones: [us-east-1a]", "zones: [us-east-1a, us-east-1b]"), ("image: db.raw", "image: other.raw"),
            ("image: db.raw", "image: other/db.raw"),
            ("image: db.raw", "image: db.raw, format: VHD"), ("name: db", "name: db2"), ("name: erp", "name: erp2"),
        ]
    )
    func neededImage(old: String, new: String) async throws {
        let fixture = try OperationFixture()
        try await fixture.apply()
        try FileManager.default.removeItem(atPath: fixture.folder.path("db.raw"))
        let text = try String(contentsOfFile: fixture.manifest, encoding: .utf8)
        try fixture.folder.write(text.replacing(old, with: new), to: "plan.yaml")
        await #expect(throws: ReportedProblems.self) { try await fixture.plan() }
        #expect(fixture.codes.contains("F0201"), "\(fixture.diagnostics)")
    }

    @Test("A settled import is renamed without its image")
    func renameWithoutImage() async throws {
        let fixture = try OperationFixture()
        try await fixture.apply()
        try FileManager.default.removeItem(atPath: fixture.folder.path("db.raw"))
        let text = try String(contentsOfFile: fixture.manifest, encoding: .utf8)
        try fixture.folder.write(
            text.replacing("name: db", with: "name: orders") + "moved: [{from: erp/db, to: erp/orders}]\n",
            to: "plan.yaml"
        )
        let plan = try await fixture.plan()
        #expect(plan.changes.map(\.action) == [.update], "\(plan.changes) \(fixture.diagnostics)")
        #expect(plan.changes.first?.movedFrom?.image == "db")
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
