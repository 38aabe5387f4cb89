import Diagnostics
import TestSupport
import Testing

@testable import Migration
@testable import Operations

@Suite struct ManifestSetTests {
    private func write(_ name: String, _ limits: String, in folder: TemporaryDirectory) throws -> String {
        try folder.write(
            """
            version: 1
            name: \(name)
            staging: {bucket: erp-staging}
            \(limits)
            imports: [{name: a, image: a.raw, zones: [us-east-1a]}]

            """,
            to: "\(name).yaml"
        )
    }

    @Test("The strictest of several manifests' limits holds for all")
    func limits() async throws {
        let folder = try TemporaryDirectory()
        let paths = [
            try write("a", "limits: {uploads: 8, conversions: 2, bandwidth: 10 MiB/s}", in: folder),
            try write("b", "limits: {uploads: 3, conversions: 9, requests: 2/s}", in: folder),
            try write("c", "limits: {bandwidth: 4 MiB/s, requests: 5/s}", in: folder),
        ]
        let limits = await ManifestSet.read(paths).limits
        #expect(limits.uploads == 3 && limits.conversions == 2)
        #expect(limits.bandwidth == 4 << 20 && limits.requestsPerSecond == 2)
    }

    @Test("Locks are read beside their manifests, and not at all when they are rewritten")
    func locks() async throws {
        let folder = try TemporaryDirectory()
        let path = try write("a", "", in: folder)
        try folder.write("{", to: "a.lock.json")
        let planned = await ManifestSet.read([path])
        #expect(planned.hasErrors && planned.diagnostics.map(\.code) == [.lockUnreadable])
        let rewritten = await ManifestSet.read([path], mode: .lock)
        #expect(!rewritten.hasErrors && rewritten.locks.isEmpty)
        #expect(rewritten.targets.map(\.region) == ["us-east-1"])
    }
}
