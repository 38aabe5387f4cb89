import EC2Types
import Hashing
import Migration
import Testing

@testable import Execution

@Suite("Staging keys")
struct StagingStoreTests {
    private static let location = StagingLocation(bucket: "bucket", prefix: "ferry/")
    private static let part = SHA256.digest(of: "part")
    private static let marker = TaskMarker(address: 1, fingerprint: 2, attempt: 3)

    @Test("a part's key names it, and other keys name no part")
    func partKeys() {
        let key = Self.location.key(ofPart: Self.part)
        #expect(key == "ferry/parts/\(Self.part.hex)")
        #expect(Self.location.part(ofKey: key) == Self.part)
        for other in ["parts/\(Self.part.hex)", "ferry/parts/", "\(key)0", "ferry/imports/\(Self.part.hex)"] {
            #expect(Self.location.part(ofKey: other) == nil, "\(other)")
        }
    }

    @Test("each attempt has its own import manifest")
    func importManifestKeys() {
        let key = Self.location.importManifestKey(Self.marker)
        #expect(key.hasPrefix("ferry/imports/") && key.hasSuffix("-3.manifest.xml"))
        let next = TaskMarker(address: 1, fingerprint: 2, attempt: 4)
        #expect(Self.location.importManifestKey(next) != key)
    }

    @Test("the parts of a task are those of its import manifest in the same location; without one there are none")
    func parts() async throws {
        let item = MachineSamples.subject
        let marker = TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: 3)
        let cloud = ScriptedCloud { _, _ in }
        #expect(try await cloud.parts(of: marker, in: item.staging) == [])
        cloud.begin("task", item, attempt: 3, parts: [Self.part])
        #expect(try await cloud.parts(of: marker, in: item.staging) == [Self.part])
        #expect(try await cloud.parts(of: Self.marker, in: item.staging) == [])
        // Its key has another prefix in another location.
        let other = StagingLocation(bucket: "bucket", prefix: "other/")
        let xml = try #require(cloud.content(item.staging.importManifestKey(marker)))
        _ = try await cloud.putObject(
            xml,
            key: other.importManifestKey(marker),
            contentType: "application/xml",
            in: other
        )
        #expect(try await cloud.parts(of: marker, in: other) == [])
    }
}
