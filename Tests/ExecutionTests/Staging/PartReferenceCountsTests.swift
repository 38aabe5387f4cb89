import Hashing
import Migration
import Synchronization
import Testing

@testable import Execution

@Suite("Part references")
struct PartReferenceCountsTests {
    private static let part = SHA256.digest(of: "part")
    private static let other = SHA256.digest(of: "other")
    private static let address = ImportAddress(manifest: "erp", image: "db", zone: "us-east-1a")

    /// Notes what happens, in order.
    private final class Log: Sendable {
        private let contents = Mutex<[String]>([])
        var entries: [String] { contents.withLock { $0 } }
        func add(_ entry: String) { contents.withLock { $0.append(entry) } }
    }

    private static func isRemoved(_ part: SHA256Digest, from references: PartReferenceCounts) async throws -> Bool {
        let log = Log()
        try await references.remove(part) { () async throws(ServiceError) in log.add("removed") }
        return log.entries == ["removed"]
    }

    @Test("a part is removed when the last import has released it")
    func counts() async throws {
        let references = PartReferenceCounts(present: [Self.part])
        await references.retain([Self.part], by: 2)
        await references.release([Self.part])
        #expect(try await !Self.isRemoved(Self.part, from: references))
        await references.release([Self.part])
        #expect(await references.missing(among: [Self.part, Self.other]) == [Self.other])
        #expect(try await Self.isRemoved(Self.part, from: references))
        #expect(await references.missing(among: [Self.part]) == [Self.part])
        // What is gone is not removed again.
        #expect(try await !Self.isRemoved(Self.part, from: references))
    }

    @Test("the parts of a conversion are released once, however often its end is reported")
    func conversions() async throws {
        let references = PartReferenceCounts(present: [Self.part])
        await references.retain([Self.part], forConversionOf: Self.address)
        await references.retain([Self.part], by: 1)
        await references.releaseConversion(of: Self.address)
        await references.releaseConversion(of: Self.address)
        #expect(try await !Self.isRemoved(Self.part, from: references))
        await references.release([Self.part])
        #expect(try await Self.isRemoved(Self.part, from: references))
    }

    @Test("concurrent imports upload a shared part once")
    func uploads() async throws {
        let references = PartReferenceCounts(present: [])
        let log = Log()
        let staged = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    try await references.stage(Self.part) {
                        log.add("uploaded")
                        await Task.yield()
                    }
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(log.entries == ["uploaded"])
        #expect(staged.count { $0 } == 1)
    }

    @Test("a part whose upload failed is missing")
    func failedUpload() async throws {
        struct Refused: Error {}
        let references = PartReferenceCounts(present: [])
        await #expect(throws: Refused.self) { try await references.stage(Self.part) { throw Refused() } }
        #expect(await references.missing(among: [Self.part]) == [Self.part])
        #expect(try await references.stage(Self.part) {})
        #expect(await references.missing(among: [Self.part]) == [])
    }

    @Test("an upload waits for the removal of the same part")
    func removal() async throws {
        let references = PartReferenceCounts(present: [Self.part])
        let log = Log()
        let (removing, removal) = AsyncStream<Void>.makeStream()
        async let removed: Void = references.remove(Self.part) { () async throws(ServiceError) in
            removal.finish()
            for _ in 0..<100 { await Task.yield() }
            log.add("removed")
        }
        for await _ in removing {}
        let uploaded = try await references.stage(Self.part) { log.add("uploaded") }
        try await removed
        #expect(uploaded)
        #expect(log.entries == ["removed", "uploaded"])
    }
}
