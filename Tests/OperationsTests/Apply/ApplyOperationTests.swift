import Execution
import Foundation
import Migration
import StateStore
import TestSupport
import Testing

@testable import Operations

@Suite struct ApplyOperationTests {
    @Test("Applying makes the volumes, records them, and leaves nothing to do")
    func applying() async throws {
        let fixture = try OperationFixture()
        try await fixture.prepareApply { prepared in
            #expect(prepared.plan.changes.map(\.action) == [.create])
            #expect(!prepared.isSaved)
            try prepared.requireImages()
            let summary = try await prepared.execute(stop: .init(), report: { _ in })
            #expect(summary.isComplete && summary.completed.keys.sorted() == ["erp/db@us-east-1a"], "\(summary)")
        }
        let records = try #require(try fixture.stateFile.read()?.imports.values.map(\.self))
        #expect(records.map(\.phase.name) == [.settled])
        try await fixture.prepareApply { prepared in #expect(prepared.plan.isEmpty) }
        #expect(fixture.diagnostics.isEmpty)
        try await fixture.requireReleased()
    }

    @Test("A manifest with an error is reported, and no state is made")
    func problems() async throws {
        let fixture = try OperationFixture(moreImports: "  - {name: web, image: web.raw, zones: [us-east-1a]}")
        await #expect(throws: ReportedProblems.self) { try await fixture.apply() }
        #expect(fixture.codes == ["F0201"])
        #expect(try fixture.stateFile.read() == nil)
    }

    @Test("A saved plan is applied as it is; applied again, it has nothing left to do")
    func savedPlan() async throws {
        let fixture = try OperationFixture()
        let saved = try await fixture.plan()
        try await fixture.prepareApply(saved: saved) { prepared in
            #expect(prepared.isSaved && prepared.plan == saved)
            _ = try await prepared.execute(stop: .init(), report: { _ in })
        }
        let state = try fixture.stateFile.read()
        try await fixture.prepareApply(saved: saved) { #expect($0.plan.isEmpty) }
        #expect(try fixture.stateFile.read() == state)
        // What another run did is not this plan's progress.
        try fixture.writeImage("db.raw", byte: 2)
        _ = try await fixture.apply()
        try fixture.writeImage("db.raw", byte: 1)
        await #expect(throws: PlanStaleness.self) {
            try await fixture.prepareApply(saved: saved) { _ in Issue.record("a stale plan is prepared") }
        }
        try await fixture.requireReleased()
    }

    @Test("A saved plan with --replace that failed in part is applied again, and replaces no volume twice")
    func savedReplacement() async throws {
        let fixture = try OperationFixture(moreImports: "  - {name: web, image: web.raw, zones: [us-east-1a]}")
        try fixture.writeImage("web.raw", byte: 3)
        try await fixture.apply()
        var options = PlanOptions()
        options.replacements = ["db", "web"].map { ImportAddress(manifest: "erp", image: $0, zone: "us-east-1a") }
        let saved = try await fixture.plan(options)
        #expect(saved.changes.map(\.action) == [.replace, .replace])
        // The first run replaces one of the two: the other's image is gone for a while.
        try await fixture.prepareApply(saved: saved) { prepared in
            try FileManager.default.removeItem(atPath: fixture.folder.path("web.raw"))
            let summary = try await prepared.execute(stop: .init(), report: { _ in })
            #expect(summary.completed.count == 1 && summary.failed.count == 1, "\(summary)")
        }
        try fixture.writeImage("web.raw", byte: 3)
        try await fixture.prepareApply(saved: saved) { prepared in
            #expect(prepared.plan.changes.map(\.action) == [.none, .resume], "\(prepared.plan.changes)")
            let summary = try await prepared.execute(stop: .init(), report: { _ in })
            #expect(summary.completed.count == 1)
        }
        try await fixture.prepareApply(saved: saved) { #expect($0.plan.isEmpty) }
        let records = try #require(try fixture.stateFile.read()).imports
        #expect(records.values.map(\.generation) == [2, 2])
        #expect(records.values.allSatisfy { $0.phase.name == .settled && $0.superseded.count == 1 })
    }

    @Test("A plan with another digest than the expected one is not applied")
    func expectedDigest() async throws {
        let fixture = try OperationFixture()
        let expected = try await fixture.plan()
        try await fixture.prepareApply(expecting: expected) { #expect($0.plan.digest == expected.digest) }
        try fixture.writeImage("db.raw", byte: 2)
        await #expect(throws: PlanStaleness.self) {
            try await fixture.prepareApply(expecting: expected) { _ in Issue.record("another plan is prepared") }
        }
        try await fixture.requireReleased()
    }

    @Test("A plan from a lock names the images that applying it needs")
    func missingImages() async throws {
        let fixture = try OperationFixture()
        try await fixture.withAWS { aws in
            try await LockOperation(manifests: [fixture.manifest], isCheck: false, aws: aws)
                .run(diagnostics: fixture.report, report: { _ in })
        }
        try FileManager.default.removeItem(atPath: fixture.folder.path("db.raw"))
        try await fixture.prepareApply { prepared in
            let error = #expect(throws: MissingImages.self) { try prepared.requireImages() }
            let path = fixture.folder.path("db.raw")
            #expect(error?.problems == ["\(path): there is no such file, and applying this plan needs it"])
        }
    }
}
