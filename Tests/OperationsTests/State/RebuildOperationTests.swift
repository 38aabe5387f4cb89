import Foundation
import Migration
import Sandbox
import StateStore
import TestSupport
import Testing

@testable import Operations

@Suite struct RebuildOperationTests {
    private func run(
        _ fixture: OperationFixture,
        manifests: [String]? = nil,
        replaces: Bool = false,
        isPartial: Bool = false
    ) async throws -> StateRebuildSummary {
        try await fixture.withAWS { aws in
            let operation = RebuildOperation(
                manifests: manifests ?? [fixture.manifest],
                stateFile: fixture.stateFile,
                replaces: replaces,
                isPartial: isPartial,
                aws: aws
            )
            return try await operation.run(prepareFolder: {}, report: fixture.report)
        }
    }

    @Test("A lost state is rebuilt from what AWS lists, and plans the same")
    func lost() async throws {
        let fixture = try OperationFixture()
        try await fixture.apply()
        // A state that is there is not replaced without a word.
        let refusal = await #expect(throws: RebuildRefusal.self) { try await run(fixture) }
        guard case .stateExists = refusal else { throw try #require(refusal) }
        try await fixture.requireReleased()
        try fixture.loseState()
        let summary = try await run(fixture)
        #expect(summary.imports.count == 1 && summary.missing.isEmpty && summary.unmatched.isEmpty, "\(summary)")
        #expect(try await fixture.plan().isEmpty)
        // Without another apply, the state is bound to the account in which its volumes are.
        #expect(try fixture.stateFile.read()?.targets.accounts.values.map(\.id) == [SandboxAccount.defaultID])
    }

    @Test("A state is not rebuilt from another account than the manifest names")
    func otherAccount() async throws {
        let fixture = try OperationFixture()
        try await fixture.apply()
        let state = try fixture.stateFile.read()
        let text = try String(contentsOfFile: fixture.manifest, encoding: .utf8)
        let other = text.replacing("name: erp\n", with: "name: erp\naccount: \"999999999999\"\n")
        try fixture.folder.write(other, to: "plan.yaml")
        await #expect(throws: ReportedProblems.self) { try await run(fixture, replaces: true) }
        #expect(fixture.codes == ["F0304"])
        #expect(try fixture.stateFile.read() == state)
    }

    @Test("Imports that no manifest names are refused, unless the rebuild is to be partial")
    func unnamed() async throws {
        let fixture = try OperationFixture(moreImports: "  - {name: web, image: web.raw, zones: [us-east-1a]}")
        try fixture.writeImage("web.raw", byte: 3)
        try await fixture.apply()
        try fixture.removeImport(of: "web.raw")
        try fixture.loseState()
        let refusal = await #expect(throws: RebuildRefusal.self) { try await run(fixture) }
        guard case .unnamedImports(let unnamed) = refusal else { throw try #require(refusal) }
        #expect(unnamed.count == 1)
        #expect(try fixture.stateFile.read() == nil)
        let summary = try await run(fixture, isPartial: true)
        #expect(summary.imports.count == 1 && summary.unmatched.count == 1)
    }
}
