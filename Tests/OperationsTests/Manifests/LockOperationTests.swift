import Foundation
import TestSupport
import Testing

@testable import Operations

@Suite struct LockOperationTests {
    private func run(_ fixture: OperationFixture, isCheck: Bool = false) async throws -> [LockOperation.Outcome] {
        var outcomes: [LockOperation.Outcome] = []
        try await fixture.withAWS { aws in
            try await LockOperation(manifests: [fixture.manifest], isCheck: isCheck, aws: aws)
                .run(diagnostics: fixture.report) { outcomes.append($0) }
        }
        return outcomes
    }

    @Test("A lock is written once, and again only after an image has changed")
    func writing() async throws {
        let fixture = try OperationFixture()
        let path = fixture.folder.path("plan.lock.json")
        #expect(try await run(fixture).map(\.wasCurrent) == [false])
        let first = try Data(contentsOf: URL(filePath: path))
        let again = try await run(fixture)
        #expect(again.map(\.path) == [path] && again.map(\.imageCount) == [1] && again.map(\.wasCurrent) == [true])
        try fixture.writeImage("db.raw", byte: 2)
        #expect(try await run(fixture).map(\.wasCurrent) == [false])
        #expect(try Data(contentsOf: URL(filePath: path)) != first)
    }

    @Test("A check says whether the lock is current, and writes nothing")
    func checking() async throws {
        let fixture = try OperationFixture()
        let path = fixture.folder.path("plan.lock.json")
        #expect(try await run(fixture, isCheck: true).map(\.wasCurrent) == [false])
        #expect(!FileManager.default.fileExists(atPath: path))
        _ = try await run(fixture)
        #expect(try await run(fixture, isCheck: true).map(\.wasCurrent) == [true])
        try fixture.writeImage("db.raw", byte: 2)
        let locked = try Data(contentsOf: URL(filePath: path))
        #expect(try await run(fixture, isCheck: true).map(\.wasCurrent) == [false])
        #expect(try Data(contentsOf: URL(filePath: path)) == locked)
    }

    @Test("An image that is not here cannot be locked")
    func missingImage() async throws {
        let fixture = try OperationFixture(moreImports: "  - {name: web, image: web.raw, zones: [us-east-1a]}")
        await #expect(throws: ReportedProblems.self) { try await run(fixture) }
        #expect(!FileManager.default.fileExists(atPath: fixture.folder.path("plan.lock.json")))
    }
}
