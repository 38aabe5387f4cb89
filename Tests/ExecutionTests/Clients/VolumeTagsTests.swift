import Hashing
import Migration
import Testing

@testable import Execution

@Suite("Volume tags")
struct VolumeTagsTests {
    @Test("a volume has the user's tags and those that identify its import, which win")
    func tags() throws {
        let record = try #require(MachineSamples.record(in: .completed))
        let tags = VolumeTags.tags(of: record, and: ["Name": "db", "ferry:task": "another"])
        #expect(
            tags == [
                "Name": "db",
                "ferry:address": "erp/db@us-east-1a",
                "ferry:fingerprint": record.fingerprint.hex,
                "ferry:task": "task",
            ]
        )
    }
}
