import EC2Types
import Execution
import Migration
import Testing

@Suite("Staging in several regions and accounts")
struct RegionalStagingStoreTests {
    @Test("each call goes to the store of its bucket")
    func buckets() async throws {
        let (america, europe) = (ScriptedCloud { _, _ in }, ScriptedCloud { _, _ in })
        let store = RegionalStagingStore(["us": america, "eu": europe])
        let location = StagingLocation(bucket: "eu", prefix: "")
        _ = try await store.putObject([1], key: "key", contentType: "text/plain", in: location)
        #expect(europe.keys == ["key"] && america.keys == [])
        #expect(try await store.object(key: "key", in: location) == [1])
        try await store.deleteObject(key: "key", in: location)
        #expect(europe.keys == [])
    }

    @Test("a bucket without a store is rejected and named")
    func unknownBucket() async {
        let store = RegionalStagingStore([:])
        let location = StagingLocation(bucket: "other", prefix: "")
        let error = await #expect(throws: ServiceError.self) { try await store.object(key: "key", in: location) }
        #expect(error?.outcome == .rejected)
        #expect(error?.description.contains("other") == true)
    }
}
