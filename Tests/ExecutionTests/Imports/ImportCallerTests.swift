import DiskImages
import EC2Types
import Hashing
import Migration
import StateStore
import Testing

@testable import Execution

@Suite("Preparation of calls")
struct ImportCallerTests {
    @Test("the import manifest names each part in order, and deletes none of them")
    func manifest() async throws {
        let digest = try #require(RunFixture.digest("a", "b", "a"))
        let item = RunFixture.item("db", digest)
        let run = try await RunFixture()
        let groups = RunFixture.group(.create, item, state: await run.session.state)
        let staged = StagedImage(
            image: item.image,
            location: item.staging,
            path: item.image.path,
            bytes: digest.bytes - 5,
            parts: digest.parts
        )
        let caller = ImportCaller(desired: item, staged: staged, context: try await run.context(for: groups))
        let marker = TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: 3)
        let (call, date) = try await caller.prepare(marker)
        #expect(date == 1_790_000_000)
        #expect(call.marker == marker && call.description.hasSuffix(marker.description))
        #expect(call.bytes == digest.bytes - 5 && call.volumeSize == 1 && call.zone == "us-east-1a")
        let key = item.staging.importManifestKey(marker)
        #expect(call.importManifestURL == "https://virtual/\(key)")
        let manifest = try ImportManifest(xml: try #require(run.cloud.content(key)))
        #expect(manifest.parts.map(\.key) == digest.parts.map { item.staging.key(ofPart: $0) })
        #expect(manifest.parts.map(\.start) == [0, 1, 2].map { Int64($0 * ImageParts.size) })
        #expect(manifest.parts.last?.end == digest.bytes - 6)
        #expect(manifest.selfDestructURL == "https://example.com/\(key)")
        let partURLs = Set(manifest.parts.map(\.getURL))
        #expect(manifest.parts.allSatisfy { !partURLs.contains($0.deleteURL) } && !partURLs.isEmpty)
        try await run.session.close()
    }

    @Test("an image that is not staged is not called for")
    func unstaged() async throws {
        let item = RunFixture.item("db", RunFixture.digest("a"))
        let run = try await RunFixture()
        let groups = RunFixture.group(.wait, item, state: await run.session.state)
        let caller = ImportCaller(desired: item, staged: nil, context: try await run.context(for: groups))
        let marker = TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: 1)
        let error = await #expect(throws: ServiceError.self) { try await caller.prepare(marker) }
        #expect(error?.outcome == .rejected)
        #expect(run.cloud.keys == [])
        try await run.session.close()
    }
}
